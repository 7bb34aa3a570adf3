package org.rpt4j.core.pipeline;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.Shard;

/**
 * One pass over a corpus in blocks of whole documents. A block is what a thread tokenizes at once and what a shard
 * scores or leaves out, and no batch of the proxy goes beyond one: so the batches, and with them the last bits of the
 * scores, do not depend on the number of shards. Where blocks end depends only on the texts. Not thread-safe.
 */
final class CorpusBlocks {

    /** A block ends with the document with which it takes this number of bytes. */
    static final int BLOCK_BYTES = 1 << 18;

    /** What a document takes besides its text, so that a block of short documents ends, too. */
    private static final int BYTES_PER_DOCUMENT = 64;

    private final DocumentIterator documents;
    private final long maxDocuments;
    private final Shard shard;
    private final CorpusFingerprint fingerprint = new CorpusFingerprint();
    private long blocks;

    CorpusBlocks(DocumentIterator documents, long maxDocuments, Shard shard) {
        this.documents = documents;
        this.maxDocuments = maxDocuments;
        this.shard = shard;
    }

    /**
     * Documents that follow each other.
     *
     * @param first number of the first one in the corpus, from 0
     * @param bytes bytes of their texts in UTF-8
     */
    record Block(long first, List<Document> documents, long bytes) {

        /** Estimated number of bytes in memory. */
        long size() {
            return bytes + (long) BYTES_PER_DOCUMENT * documents.size();
        }
    }

    /** The next block of the shard, or null at the end; the blocks of other shards are read and passed over. */
    @Nullable
    Block next() {
        for (Block block = read(); block != null; block = read()) {
            if (shard.has(blocks++)) {
                return block;
            }
        }
        return null;
    }

    private @Nullable Block read() {
        long first = fingerprint.documents();
        long start = fingerprint.bytes();
        Block block = new Block(first, new ArrayList<>(), 0);
        while (block.size() < BLOCK_BYTES && fingerprint.documents() < maxDocuments && documents.hasNext()) {
            Document document = documents.next();
            requireNotInterrupted(document);
            fingerprint.add(document);
            block.documents().add(document);
            block = new Block(first, block.documents(), fingerprint.bytes() - start);
        }
        return block.documents().isEmpty() ? null : block;
    }

    /** The fingerprint of everything that was read, whatever the shard. */
    CorpusFingerprint fingerprint() {
        return fingerprint;
    }

    private static void requireNotInterrupted(Document document) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("reading the corpus was interrupted at " + document.id());
        }
    }
}
