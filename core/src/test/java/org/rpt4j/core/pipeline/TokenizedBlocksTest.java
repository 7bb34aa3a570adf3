package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.Shard;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class TokenizedBlocksTest {

    private static final int HALF_A_BLOCK = CorpusBlocks.BLOCK_BYTES / 2;

    private Tokenizer tokenizer;

    @BeforeEach
    void openTokenizer(@TempDir Path folder) {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(folder, List.of(), List.of()));
    }

    @AfterEach
    void closeTokenizer() {
        tokenizer.close();
    }

    /** Documents of half a block each, the later ones shorter to tokenize. */
    private static List<Document> halves(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Document("d" + i, "ab".repeat(HALF_A_BLOCK / 2 - i)))
                .toList();
    }

    private TokenizedBlocks blocks(DocumentIterator documents, int threads, Shard shard) {
        return new TokenizedBlocks(new CorpusBlocks(documents, Long.MAX_VALUE, shard), List.of(tokenizer), threads);
    }

    /** Reads documents and then fails. */
    private static DocumentIterator broken(List<Document> documents) {
        Iterator<Document> there = documents.iterator();
        return new DocumentIterator() {
            @Override
            public boolean hasNext() {
                if (!there.hasNext()) {
                    throw new CorpusException("line 9 is broken");
                }
                return true;
            }

            @Override
            public Document next() {
                return there.next();
            }

            @Override
            public void close() {}
        };
    }

    private static List<Thread> tokenizerThreads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("rpt4j-tokenizer-"))
                .toList();
    }

    @Test
    void documentsComeInTheOrderOfTheCorpusWhateverThreadTokenizedThem() {
        List<Document> documents = halves(21);
        List<TokenizedDocument> found = new ArrayList<>();
        List<Long> firsts = new ArrayList<>();
        try (TokenizedBlocks blocks = blocks(Corpora.of(documents).iterator(), 4, Shard.WHOLE)) {
            blocks.forEachRemaining(block -> {
                firsts.add(block.first());
                found.addAll(block.documents().get(0));
            });
            assertThat(blocks.fingerprint().value()).isEqualTo(CorpusFingerprint.of(Corpora.of(documents)));
        }

        assertThat(found)
                .isEqualTo(documents.stream()
                        .map(document -> TokenizedDocument.of(document, tokenizer))
                        .toList());
        assertThat(firsts).hasSizeGreaterThan(8).isSorted();
    }

    @Test
    void shardsDivideTheDocumentsAndAllReadEverything() {
        List<Document> documents = halves(9);
        List<String> found = new ArrayList<>();
        for (int number = 1; number <= 3; number++) {
            try (TokenizedBlocks blocks = blocks(Corpora.of(documents).iterator(), 1, new Shard(number, 3))) {
                blocks.forEachRemaining(
                        block -> block.documents().get(0).forEach(document -> found.add(document.id())));
                assertThat(blocks.fingerprint().documents()).isEqualTo(9);
            }
        }
        assertThat(found)
                .containsExactlyInAnyOrderElementsOf(
                        documents.stream().map(Document::id).toList());
    }

    @Test
    void anErrorInTheCorpusComesAfterTheBlocksBeforeIt() {
        try (TokenizedBlocks blocks = blocks(broken(halves(8)), 2, Shard.WHOLE)) {
            int complete = 0;
            while (complete < 2) {
                assertThat(blocks.hasNext()).isTrue();
                blocks.next();
                complete++;
            }
            assertThatThrownBy(() -> blocks.forEachRemaining(block -> {}))
                    .isInstanceOf(CorpusException.class)
                    .hasMessage("line 9 is broken");
        }
    }

    @Test
    void aTextThatHasNoTokensFailsWithTheTokenizersOwnError() {
        List<Document> documents = new ArrayList<>(halves(3));
        documents.add(new Document("bad", "a\ud800"));
        try (TokenizedBlocks blocks = blocks(Corpora.of(documents).iterator(), 1, Shard.WHOLE)) {
            assertThat(blocks.next().documents().get(0).get(0).id()).isEqualTo("d0");
            assertThatThrownBy(() -> blocks.forEachRemaining(block -> {})).isInstanceOf(TokenizerException.class);
        }
    }

    @Test
    void readingIsAheadByABoundedNumberOfBytes() {
        int many = (int) (3 * TokenizedBlocks.AHEAD_BYTES / HALF_A_BLOCK);
        try (TokenizedBlocks blocks = blocks(Corpora.of(halves(many)).iterator(), 1, Shard.WHOLE)) {
            blocks.next();
            assertThat(blocks.fingerprint().bytes())
                    .isBetween(
                            TokenizedBlocks.AHEAD_BYTES / 2,
                            TokenizedBlocks.AHEAD_BYTES + 2 * CorpusBlocks.BLOCK_BYTES);
        }
    }

    @Test
    void shortDocumentsFillBlocksToo() {
        List<Document> empty = IntStream.range(0, 20_000)
                .mapToObj(i -> new Document("d" + i, ""))
                .toList();
        try (DocumentIterator documents = Corpora.of(empty).iterator()) {
            CorpusBlocks blocks = new CorpusBlocks(documents, Long.MAX_VALUE, Shard.WHOLE);
            assertThat(blocks.next().documents()).hasSizeLessThan(5_000);
        }
    }

    @Test
    void noThreadIsLeftAfterAnEarlyClose() throws InterruptedException {
        List<Thread> before = tokenizerThreads();
        List<Thread> started = new ArrayList<>();
        try (TokenizedBlocks blocks = blocks(Corpora.of(halves(20)).iterator(), 3, Shard.WHOLE)) {
            blocks.next();
            started.addAll(tokenizerThreads());
            started.removeAll(before);
        }
        assertThat(started).isNotEmpty();
        for (Thread thread : started) {
            thread.join(20_000);
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void anInterruptedThreadEndsAndStaysInterrupted() {
        try (TokenizedBlocks blocks = blocks(Corpora.of(halves(60)).iterator(), 1, Shard.WHOLE)) {
            blocks.next();
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> blocks.forEachRemaining(block -> {}))
                    .isInstanceOf(OperationCancelledException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
