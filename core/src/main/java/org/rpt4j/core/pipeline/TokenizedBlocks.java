package org.rpt4j.core.pipeline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The blocks of a corpus as tokens, in order. Threads of its own tokenize ahead of the caller, who meanwhile scores.
 * The caller's thread reads the documents, and no more than {@link #AHEAD_BYTES} and one block are read ahead.
 * An error in the corpus is thrown where it stands, after the blocks before it. Not thread-safe.
 */
final class TokenizedBlocks implements Iterator<TokenizedBlocks.Block>, AutoCloseable {

    /** How far reading may be ahead, in bytes of text and of what documents take besides. */
    static final long AHEAD_BYTES = 4L << 20;

    private static final AtomicInteger THREADS = new AtomicInteger();

    private final CorpusBlocks corpus;
    private final List<Tokenizer> tokenizers;
    private final ExecutorService threads;
    private final Deque<Pending> ahead = new ArrayDeque<>();
    private long bytesAhead;
    private boolean ended;
    private @Nullable Throwable failure;

    /**
     * The tokens of a block.
     *
     * @param first number of its first document in the corpus, from 0
     * @param bytes bytes of its texts in UTF-8
     * @param documents its documents in the tokens of each tokenizer
     */
    record Block(long first, long bytes, List<List<TokenizedDocument>> documents) {

        /** Number of tokens of the first tokenizer. */
        long tokens() {
            return documents.get(0).stream()
                    .mapToLong(TokenizedDocument::length)
                    .sum();
        }
    }

    private record Pending(long bytes, Future<Block> tokenized) {}

    /**
     * Starts without reading anything.
     *
     * @param tokenizers at least one; each encodes every document
     * @param threadCount number of threads that tokenize
     */
    TokenizedBlocks(CorpusBlocks corpus, List<Tokenizer> tokenizers, int threadCount) {
        this.corpus = corpus;
        this.tokenizers = List.copyOf(tokenizers);
        this.threads = Executors.newFixedThreadPool(threadCount, work -> {
            Thread thread = new Thread(work, "rpt4j-tokenizer-" + THREADS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public boolean hasNext() {
        readAhead();
        if (ahead.isEmpty() && failure != null) {
            throw unchecked(failure);
        }
        return !ahead.isEmpty();
    }

    @Override
    public Block next() {
        if (!hasNext()) {
            throw new NoSuchElementException("no block left");
        }
        Pending head = ahead.remove();
        bytesAhead -= head.bytes();
        try {
            return head.tokenized().get();
        } catch (ExecutionException e) {
            throw unchecked(e.getCause() == null ? e : e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("Tokenizing the corpus was interrupted.");
        }
    }

    /** The fingerprint of everything that was read; of the whole corpus once there is no next block. */
    CorpusFingerprint fingerprint() {
        return corpus.fingerprint();
    }

    private void readAhead() {
        while (!ended && (ahead.isEmpty() || bytesAhead < AHEAD_BYTES)) {
            CorpusBlocks.Block block = read();
            if (block == null) {
                ended = true;
            } else {
                bytesAhead += block.size();
                ahead.add(new Pending(block.size(), threads.submit(() -> tokenized(block))));
            }
        }
    }

    private CorpusBlocks.@Nullable Block read() {
        try {
            return corpus.next();
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RuntimeException | Error e) {
            failure = e;
            return null;
        }
    }

    private Block tokenized(CorpusBlocks.Block block) {
        List<List<TokenizedDocument>> tokens = tokenizers.stream()
                .map(tokenizer -> tokenized(block.documents(), tokenizer))
                .toList();
        return new Block(block.first(), block.bytes(), tokens);
    }

    private static List<TokenizedDocument> tokenized(List<Document> documents, Tokenizer tokenizer) {
        return documents.stream()
                .map(document -> TokenizedDocument.of(document, tokenizer))
                .toList();
    }

    /** Both kinds that reading and tokenizing can throw. */
    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
    }

    /** Stops the threads and waits for their end. The corpus and the tokenizers stay open. */
    @Override
    public void close() {
        threads.shutdownNow();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
