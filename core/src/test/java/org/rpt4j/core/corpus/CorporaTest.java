package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.CorpusException;

class CorporaTest {

    @TempDir
    private Path directory;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    private static List<Document> read(Path file, CorpusOptions options) {
        List<Document> documents = new ArrayList<>();
        Corpora.open(file, options).forEach(documents::add);
        return documents;
    }

    @Test
    void textIsSplitAtSeparatorLines() throws IOException {
        Path file = file(
                "a.txt",
                "one\n\ntwo\n<|endoftext|>\n\n  \n  three <|endoftext|> \r\n \n <|endoftext|> \n<|endoftext|>\nfour");
        assertThat(read(file, CorpusOptions.DEFAULTS))
                .containsExactly(
                        new Document("a.txt#1", "one\n\ntwo"),
                        new Document("a.txt#2", "  three <|endoftext|> "),
                        new Document("a.txt#3", "four"));
    }

    @Test
    void textWithoutSeparatorsIsOneDocument() throws IOException {
        Path file = file("a.md", "one\n\n\ntwo\n");
        assertThat(read(file, CorpusOptions.DEFAULTS)).containsExactly(new Document("a.md#1", "one\n\n\ntwo"));
    }

    @Test
    void theSeparatorIsConfigurable() throws IOException {
        Path file = file("a.txt", "one\n%%\ntwo\n<|endoftext|>\n");
        CorpusOptions options = CorpusOptions.builder()
                .splitting(CorpusOptions.TextSplitting.SEPARATOR_LINE)
                .separator("%%")
                .minimumCharacters(0)
                .textFields(List.of("text"))
                .fieldSeparator("\n")
                .targetFields(CorpusOptions.TargetFields.ALL)
                .maxDocumentBytes(1000)
                .toleratedBadLines(0)
                .build();
        assertThat(read(file, options)).extracting(Document::text).containsExactly("one", "two\n<|endoftext|>");
    }

    @Test
    void wholeFilesKeepTheirSeparators() throws IOException {
        Path file = file("a.txt", "one\n<|endoftext|>\ntwo");
        assertThat(read(
                        file,
                        CorpusOptions.DEFAULTS.toBuilder()
                                .splitting(CorpusOptions.TextSplitting.WHOLE_FILE)
                                .build()))
                .extracting(Document::text)
                .containsExactly("one\n<|endoftext|>\ntwo");
    }

    @Test
    void blankLinesSplitIntoBlocksOfAMinimumLength() throws IOException {
        Path file = file("a.txt", "\n\nab\ncd\n\n  \nef\n\ngh\n");
        assertThat(read(file, CorpusOptions.DEFAULTS.toBuilder().blankLines(0).build()))
                .extracting(Document::text)
                .containsExactly("ab\ncd", "ef", "gh");
        assertThat(read(file, CorpusOptions.DEFAULTS.toBuilder().blankLines(9).build()))
                .extracting(Document::text)
                .containsExactly("ab\ncd\n\n  \nef", "gh");
    }

    @Test
    void lineNumbersAreTheIdsOfJsonLines() throws IOException {
        Path file = file(
                "b.jsonl", "{\"text\": \"one\"}\n\n  \n{\"id\": [1, {\"text\": 2}], \"text\": \"tw\\u00f6\\n\"}\n");
        assertThat(read(file, CorpusOptions.DEFAULTS))
                .containsExactly(new Document("b.jsonl#1", "one"), new Document("b.jsonl#4", "tw\u00f6\n"));
    }

    @Test
    void fieldsAreChosenAndJoined() throws IOException {
        Path file = file("b.json", "{\"answer\": \"A\", \"question\": \"Q\"}");
        assertThat(read(
                        file,
                        CorpusOptions.DEFAULTS.toBuilder().textFields("answer").build()))
                .extracting(Document::text)
                .containsExactly("A");
        assertThat(read(
                        file,
                        CorpusOptions.DEFAULTS.toBuilder()
                                .textFields("question", "answer")
                                .build()))
                .extracting(Document::text)
                .containsExactly("Q\n\nA");
    }

    @Test
    void theProblemMayBeOnlyContext() throws IOException {
        Path file = file("b.json", "{\"answer\": \"A\", \"question\": \"Q\"}\n{\"answer\": \"\", \"question\": \"Q\"}");
        CorpusOptions options = CorpusOptions.DEFAULTS.toBuilder()
                .textFields("question", "answer")
                .fieldSeparator(" ")
                .targetFields(CorpusOptions.TargetFields.LAST)
                .build();
        assertThat(read(file, options))
                .containsExactly(new Document("b.json#1", "Q A", 2), new Document("b.json#2", "Q ", 2));
        assertThat(read(file, options.toBuilder().textFields("answer").build()))
                .extracting(Document::targetsFrom)
                .containsExactly(0, 0);
    }

    @Test
    void targetsBeginInsideTheText() {
        assertThatThrownBy(() -> new Document("d", "abc", 4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("targetsFrom is 4");
        assertThatThrownBy(() -> new Document("d", "abc", -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "{\"text\": \"a\"#is not valid JSON: the line ends inside",
                "{\"text\": a}#column 10 is not valid JSON: Unrecognized token",
                "[{\"text\": \"a\"}]#holds an array",
                "\"a\"#holds a string",
                "{\"text\": \"a\"} {}#has text after its JSON object",
                "{\"txt\": \"a\", \"n\": 1}#has no field \"text\"; it has [txt, n]",
                "{}#has no field \"text\"; it has []",
                "{\"n\": 1, \"text\": 5}#\"text\" is a number, not a string",
                "{\"text\": null}#\"text\" is null",
                "{\"text\": [\"a\"]}#\"text\" is an array",
                "{\"text\": true}#\"text\" is a boolean",
                "{\"text\": \"a\\ud800b\"}#character 1 of field \"text\" is an unpaired surrogate",
                "{\"text\": \"\\udc00\"}#character 0 of field \"text\" is an unpaired surrogate",
            })
    void malformedLinesAreReportedWithTheirPlace(String line, String message) throws IOException {
        Path file = file("c.jsonl", "{\"text\": \"good\"}\n" + line + "\n");
        DocumentIterator documents = Corpora.open(file).iterator();
        assertThat(documents.next().text()).isEqualTo("good");
        assertThatThrownBy(documents::next)
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(file + ", line 2")
                .hasMessageContaining(message);
        assertThat(documents.hasNext()).isFalse();
    }

    @Test
    void surrogatePairsAreFine() throws IOException {
        Path file = file("c.jsonl", "{\"text\": \"\\ud83e\\udd99\"}");
        assertThat(read(file, CorpusOptions.DEFAULTS))
                .extracting(Document::text)
                .containsExactly("\ud83e\udd99");
    }

    @Test
    void invalidUtf8IsReportedWithItsLine() throws IOException {
        for (String name : List.of("d.txt", "d.jsonl")) {
            Path file = directory.resolve(name);
            byte[] content = "{\"text\": \"ab\"}\n{\"text\": \"?\"}\n".getBytes(UTF_8);
            content[new String(content, UTF_8).indexOf('?')] = (byte) 0xC3;
            Files.write(file, content);
            assertThatThrownBy(() -> read(file, CorpusOptions.DEFAULTS))
                    .isInstanceOf(CorpusException.class)
                    .hasMessageContaining(file + ", line 2 is not valid UTF-8");
        }
    }

    @Test
    void aByteOrderMarkIsNotText() throws IOException {
        assertThat(read(file("e.txt", "\uFEFFone"), CorpusOptions.DEFAULTS))
                .extracting(Document::text)
                .containsExactly("one");
        assertThat(read(file("e.jsonl", "\uFEFF{\"text\": \"one\"}"), CorpusOptions.DEFAULTS))
                .extracting(Document::text)
                .containsExactly("one");
    }

    @ParameterizedTest
    @CsvSource({"f.txt,''", "f.txt,'\n \n'", "f.txt,'<|endoftext|>\n'", "f.jsonl,''", "f.jsonl,'\n\n'"})
    void aCorpusWithoutDocumentsIsRefused(String name, String content) throws IOException {
        Corpus corpus = Corpora.open(file(name, content));
        assertThatThrownBy(() -> corpus.iterator().hasNext())
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("is empty");
    }

    @Test
    void missingFilesAndFoldersAreRefused() {
        assertThatThrownBy(() -> Corpora.open(directory.resolve("none.txt")))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("none.txt does not exist");
        assertThatThrownBy(() -> Corpora.open(directory))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("not a readable file");
        assertThatThrownBy(() -> Corpora.of(List.of())).isInstanceOf(CorpusException.class);
    }

    @Test
    void everyPassStartsAgain() throws IOException {
        Corpus corpus = Corpora.open(file("g.txt", "one\n<|endoftext|>\ntwo"));
        DocumentIterator given = corpus.iterator();
        assertThat(given.next().text()).isEqualTo("one");
        given.close();
        given.close();
        assertThat(given.hasNext()).isFalse();
        assertThatThrownBy(given::next).isInstanceOf(NoSuchElementException.class);
        try (Stream<Document> documents = corpus.stream()) {
            assertThat(documents.map(Document::text)).containsExactly("one", "two");
        }
        assertThat(corpus).hasSize(2);
    }

    @Test
    void linesMayBeLongerThanTheBuffer() throws IOException {
        String text = "na\u00efve \u20ac ".repeat(30_000);
        Path file = file("h.jsonl", "{\"text\": \"" + text + "\"}\n{\"text\": \"end\"}");
        assertThat(read(file, CorpusOptions.DEFAULTS))
                .extracting(Document::text)
                .containsExactly(text, "end");
    }

    @Test
    void aPassOverACorpusInMemoryCanBeClosedEarly() {
        DocumentIterator documents = Corpora.of(List.of(new Document("a", "1"), new Document("b", "2")))
                .iterator();
        assertThat(documents.next().id()).isEqualTo("a");
        documents.close();
        assertThat(documents.hasNext()).isFalse();
        assertThatThrownBy(documents::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void documentsNeedAnId() {
        assertThatThrownBy(() -> new Document(" ", "text")).isInstanceOf(IllegalArgumentException.class);
        assertThatCode(() -> new Document("a", "")).doesNotThrowAnyException();
    }
}
