package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;

class BadLinesTest {

    private static final String GOOD = "{\"text\": \"good\"}\n";

    @TempDir
    private Path folder;

    private String write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content, ISO_8859_1).toString();
    }

    private static DocumentIterator pass(int tolerated, String... files) {
        return Corpora.open(
                        List.of(files),
                        CorpusOptions.DEFAULTS.toBuilder()
                                .toleratedBadLines(tolerated)
                                .maxDocumentBytes(40)
                                .build())
                .iterator();
    }

    private static List<String> ids(DocumentIterator documents) {
        List<String> ids = new ArrayList<>();
        documents.forEachRemaining(document -> ids.add(document.id()));
        return ids;
    }

    @Test
    void toleratedBadLinesAreSkippedAndReported() throws IOException {
        String first = write("a.jsonl", GOOD + "{\n" + GOOD + "{\"txt\": 1}\n");
        String second = write("b.jsonl", "{\"text\": \"\u00e9\"}\n" + " ".repeat(99) + "\n" + GOOD);
        DocumentIterator documents = pass(4, first, second);

        assertThat(ids(documents)).containsExactly("a.jsonl#1", "a.jsonl#3", "b.jsonl#3");
        assertThat(documents.badLines())
                .extracting(bad -> bad.file() + ":" + bad.line())
                .containsExactly("a.jsonl:2", "a.jsonl:4", "b.jsonl:1", "b.jsonl:2");
        assertThat(documents.badLines())
                .extracting(CorpusSummary.BadLine::problem)
                .satisfiesExactly(
                        problem -> assertThat(problem).contains("not valid JSON"),
                        problem -> assertThat(problem).contains("no field \"text\""),
                        problem -> assertThat(problem).contains("not valid UTF-8"),
                        problem -> assertThat(problem).contains("longer than 40 bytes"));
    }

    @Test
    void oneMoreBadLineEndsThePassAndNamesThemAll() throws IOException {
        String file = write("a.jsonl", "{\n{\n" + GOOD + "{\n");
        DocumentIterator documents = pass(2, file);
        assertThat(documents.next().id()).isEqualTo("a.jsonl#3");
        assertThatThrownBy(documents::hasNext)
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("line 4 is not valid JSON")
                .hasMessageContaining("one more than the 2 tolerated bad lines (a.jsonl:1, a.jsonl:2)");
        assertThat(documents.hasNext()).isFalse();
        assertThat(documents.badLines()).hasSize(2);
    }

    @Test
    void everyPassStartsItsCountAgain() throws IOException {
        Corpus corpus = Corpora.open(
                List.of(write("a.jsonl", "{\n" + GOOD)),
                CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(1).build());
        assertThat(corpus).hasSize(1);
        assertThat(corpus).hasSize(1);
    }

    @Test
    void aTextDocumentWithABadLineIsSkippedCompletely() throws IOException {
        String file = write("a.txt", "one\n<|endoftext|>\ntwo\n\u00e9\nstill two\n<|endoftext|>\nthree");
        DocumentIterator documents = pass(1, file);
        assertThat(ids(documents)).containsExactly("a.txt#1", "a.txt#3");
        assertThat(documents.badLines()).extracting(CorpusSummary.BadLine::line).containsExactly(4L);
    }

    @Test
    void aBlockWithABadLineEndsWhereItWouldHaveEnded() throws IOException {
        String file = write("a.txt", "1234\n\u00e9\n\n5678\n\n9\n");
        CorpusOptions options = CorpusOptions.DEFAULTS.toBuilder()
                .blankLines(4)
                .toleratedBadLines(1)
                .build();
        assertThat(Corpora.open(List.of(file), options))
                .extracting(Document::text)
                .containsExactly("5678", "9");
    }

    @Test
    void aCorpusOfOnlyBadLinesIsEmpty() throws IOException {
        DocumentIterator documents = pass(5, write("a.jsonl", "{\n{\n"));
        assertThatThrownBy(documents::hasNext)
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("is empty");
    }
}
