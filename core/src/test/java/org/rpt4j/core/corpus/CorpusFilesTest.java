package org.rpt4j.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;

class CorpusFilesTest {

    @TempDir
    private Path folder;

    private void write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, name.endsWith(".jsonl") ? "{\"text\": \"" + text + "\"}\n" : text);
    }

    private List<String> ids(String... patterns) {
        List<String> inFolder =
                List.of(patterns).stream().map(p -> folder + "/" + p).toList();
        return ids(inFolder, CorpusOptions.DEFAULTS);
    }

    private List<String> idsBelow(Path root, String pattern) {
        return ids(
                List.of(folder + "/" + pattern),
                CorpusOptions.builder().root(root).build());
    }

    private static List<String> ids(List<String> patterns, CorpusOptions options) {
        Corpus corpus = Corpora.open(patterns, options);
        return StreamSupport.stream(corpus.spliterator(), false)
                .map(Document::id)
                .toList();
    }

    @Test
    void filesAreReadInTheirOrder() throws IOException {
        write("b.jsonl", "1");
        write("a.txt", "2");
        assertThat(ids("b.jsonl", "a.txt")).containsExactly("b.jsonl#1", "a.txt#1");
    }

    @Test
    void globsAreReadInTheOrderOfNames() throws IOException {
        for (String name : List.of("c.jsonl", "a.jsonl", "b.txt", "sub/d.jsonl", "sub/deep/a.jsonl")) {
            write(name, "x");
        }
        assertThat(ids("*.jsonl")).containsExactly("a.jsonl#1", "c.jsonl#1");
        assertThat(ids("{b,c}.*")).containsExactly("b.txt#1", "c.jsonl#1");
        assertThat(ids("?.txt")).containsExactly("b.txt#1");
        assertThat(ids("[ab].jsonl")).containsExactly("a.jsonl#1");
        assertThat(ids("s*/*.jsonl")).containsExactly("d.jsonl#1");
        assertThat(idsBelow(folder, "**.jsonl"))
                .containsExactly("a.jsonl#1", "c.jsonl#1", "sub/d.jsonl#1", "sub/deep/a.jsonl#1");
    }

    @Test
    void idsDoNotDependOnTheOtherFiles() throws IOException {
        write("x/part.jsonl", "1");
        List<String> alone = idsBelow(folder, "*/part.jsonl");
        write("y/part.jsonl", "2");
        assertThat(idsBelow(folder, "*/part.jsonl")).startsWith(alone.get(0)).hasSize(2);
    }

    @Test
    void idsDoNotDependOnHowAFileIsNamed() throws IOException {
        write("x/deep/part.jsonl", "1");
        Path elsewhere = Files.createDirectory(folder.resolve("y"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("link"), folder.resolve("x"));
        for (String pattern : List.of(
                "x/deep/part.jsonl", "x/deep/*.jsonl", "x/**.jsonl", "*/deep/part.jsonl", "x/../x/./deep/p*.jsonl")) {
            assertThat(ids(pattern)).as(pattern).containsExactly("part.jsonl#1");
            assertThat(idsBelow(folder.resolve("x/../x"), pattern)).as(pattern).containsExactly("deep/part.jsonl#1");
        }
        assertThat(idsBelow(link, "y/link/**.jsonl")).containsExactly("deep/part.jsonl#1");
        assertThat(Corpora.open(folder.resolve("x/deep/part.jsonl")))
                .extracting(Document::id)
                .containsExactly("part.jsonl#1");
    }

    @Test
    void aFileOutsideTheRootIsRefused() throws IOException {
        write("x/part.jsonl", "1");
        write("y/part.jsonl", "2");
        assertThatThrownBy(() -> idsBelow(folder.resolve("x"), "y/part.jsonl"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("is not below corpus.root " + folder.resolve("x"));
    }

    @Test
    void accentedLettersAreOneIdInEveryForm() throws IOException {
        write("\u00e9.jsonl", "1");
        write("e\u0301/e\u0301.jsonl", "2");
        assertThat(ids("\u00e9.jsonl")).containsExactly("\u00e9.jsonl#1");
        assertThat(ids("*/\u00e9*.jsonl")).containsExactly("\u00e9.jsonl#1");
        assertThat(ids("e\u0301/?.jsonl")).containsExactly("\u00e9.jsonl#1");
        assertThatThrownBy(() -> ids("**.jsonl"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("would both have documents \u00e9.jsonl#1")
                .hasMessageContaining("Set corpus.root");
    }

    @Test
    void aFileNameMayContainAWildcard() throws IOException {
        write("a[1].txt", "x");
        assertThat(ids("a[1].txt")).containsExactly("a[1].txt#1");
    }

    @Test
    void filesWithTheSameNameAreRefused() throws IOException {
        write("x/part.jsonl", "1");
        write("y/part.jsonl", "2");
        assertThatThrownBy(() -> ids("x/part.jsonl", "y/part.jsonl"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("would both have documents part.jsonl#1");
        assertThatThrownBy(() -> ids("x/part.jsonl", "*/*.jsonl"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("is listed twice");
    }

    @Test
    void patternsWithoutFilesAreRefused() throws IOException {
        write("sub/a.txt", "x");
        assertThatThrownBy(() -> ids("*.txt"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("matches no file");
        assertThatThrownBy(() -> ids("none/*.txt"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("cannot be searched");
        assertThatThrownBy(() -> ids("none.txt"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("does not exist");
        assertThatThrownBy(() -> ids("sub")).isInstanceOf(CorpusException.class).hasMessageContaining("sub/*.jsonl");
        assertThatThrownBy(() -> ids("{a.txt"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("malformed");
        assertThatThrownBy(() -> Corpora.open(List.of(), CorpusOptions.DEFAULTS))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anEmptyFileAmongOthersIsFine() throws IOException {
        write("a.txt", "");
        write("b.txt", "x");
        assertThat(ids("*.txt")).containsExactly("b.txt#1");
        assertThatThrownBy(() -> ids("a.*")).isInstanceOf(CorpusException.class).hasMessageContaining("is empty");
    }
}
