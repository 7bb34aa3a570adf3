package org.rpt4j.run.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.SupervisedExample;

class CorpusExamplesTest {

    private static final DocumentSplit ALL = new DocumentSplit(0, 0);

    @TempDir
    private Path directory;

    @Test
    void longDocumentsAreCutIntoWindowsThatFollowUponEachOther() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(), List.of()))) {
            Corpus corpus = Corpora.of(List.of(new Document("a", "abcdefg", 4), new Document("b", "xy")));

            List<SupervisedExample> examples = CorpusExamples.of(corpus, tokenizer, ALL, 3);

            assertThat(examples.stream().map(CorpusExamplesTest::text))
                    .as("the last window of one token has nothing to learn")
                    .containsExactly("abc", "def", "xy");
        }
    }

    @Test
    void aTokenThatBeginsTextsStandsBeforeEveryWindow() {
        try (Tokenizer tokenizer =
                Tokenizer.open(TinyTokenizers.sentencePiece(directory, List.of("\u2581", "a", "b", "c")))) {
            Corpus corpus = Corpora.of(List.of(new Document("a", "abc")));

            List<SupervisedExample> examples = CorpusExamples.of(corpus, tokenizer, ALL, 4);

            assertThat(examples).hasSize(2).allSatisfy(example -> {
                assertThat(example.prompt())
                        .containsExactly(tokenizer.beginOfText().orElseThrow());
                assertThat(example.longestSequence()).isLessThanOrEqualTo(4);
            });
            assertThat(examples.stream()
                            .mapToInt(SupervisedExample::learnedTokenCount)
                            .sum())
                    .isEqualTo(tokenizer.encode("abc").length);
        }
    }

    @Test
    void onlyTheFirstDocumentsAreReadIfSoAsked() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(), List.of()))) {
            Corpus corpus =
                    Corpora.of(List.of(new Document("a", "ab"), new Document("b", "cd"), new Document("c", "ef")));

            List<SupervisedExample> examples = CorpusExamples.of(corpus, 2, tokenizer, ALL, 9);

            assertThat(examples.stream().map(CorpusExamplesTest::text)).containsExactly("ab", "cd");
        }
    }

    @Test
    void heldOutDocumentsStayOut() {
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(), List.of()))) {
            DocumentSplit split = new DocumentSplit(0.5, 3);
            List<Document> documents = IntStream.range(0, 40)
                    .mapToObj(i -> new Document("d#" + i, "text " + (char) ('A' + i)))
                    .toList();

            List<SupervisedExample> examples = CorpusExamples.of(Corpora.of(documents), tokenizer, split, 100);

            assertThat(examples.stream().map(CorpusExamplesTest::text))
                    .containsExactlyElementsOf(documents.stream()
                            .filter(document -> !split.isHeldOut(document.id()))
                            .map(Document::text)
                            .toList());
        }
    }

    @Test
    void aWindowHoldsAtLeastTwoTokens() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CorpusExamples.of(() -> null, null, ALL, 1))
                .withMessageContaining("windowTokens");
    }

    private static String text(SupervisedExample example) {
        StringBuilder text = new StringBuilder();
        for (int id : example.prompt()) {
            text.append((char) id);
        }
        for (int id : example.completions().get(0)) {
            text.append((char) id);
        }
        return text.toString();
    }
}
