package org.rpt4j.spark;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.FileCorpus;

class HadoopStorageTest {

    @TempDir
    private Path folder;

    private String other;

    @BeforeEach
    void write() throws IOException {
        LocalCluster.context();
        other = "other://" + folder;
        Files.createDirectories(folder.resolve("b/c"));
        for (String name : List.of("z.txt", "a.txt", "a.md", "b/b.txt", "b/c/c.txt", "b/with {brace}.txt")) {
            Files.writeString(folder.resolve(name), "text of " + name);
        }
    }

    private List<String> names(String pattern) {
        return Corpora.open(
                        List.of(other + pattern),
                        CorpusOptions.builder().root(Path.of(other)).build())
                .members()
                .stream()
                .map(FileCorpus.Member::name)
                .toList();
    }

    /** As on one machine, see the patterns of {@link Corpora}. */
    @Test
    void patternsFindFilesInTheOrderOfTheirNames() {
        assertThat(names("/*.txt")).containsExactly("a.txt", "z.txt");
        assertThat(names("/*/*.txt")).containsExactly("b/b.txt", "b/with {brace}.txt");
        assertThat(names("/**.txt")).containsExactly("a.txt", "b/b.txt", "b/c/c.txt", "b/with {brace}.txt", "z.txt");
        assertThat(names("/b/with {brace}.txt")).as("a name is no pattern").containsExactly("b/with {brace}.txt");
    }

    @Test
    void whatIsNotThereIsNamed() {
        assertThatThrownBy(() -> names("/*.json"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("matches no file below " + other + "/");
        assertThatThrownBy(() -> names("/b"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining(other + "/b does not exist, or is no file");
        assertThatThrownBy(() -> Corpora.open(
                        List.of(other + "/a.txt"),
                        CorpusOptions.builder().root(Path.of(other + "/b")).build()))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("is not below corpus.root");
        assertThatThrownBy(() -> Corpora.open(List.of(other + "/a.txt", other + "/*.txt"), CorpusOptions.DEFAULTS))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a.txt is listed twice");
        assertThatThrownBy(() -> Corpora.open(List.of("nobody://host/a.txt"), CorpusOptions.DEFAULTS))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("nothing on the class path reads nobody:");
    }

    @Test
    void aFileIsReadFromAnyPosition() throws IOException {
        SeekableByteChannel channel = new HadoopStorage().open(other + "/a.txt");
        try (channel) {
            assertThat(channel.size()).isEqualTo("text of a.txt".length());
            ByteBuffer bytes = ByteBuffer.allocate(100);
            channel.position(5);
            channel.read(bytes);
            assertThat(new String(bytes.array(), 0, bytes.position(), US_ASCII)).isEqualTo("of a.txt");
            assertThat(channel.position()).isEqualTo(channel.size());
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            assertThatThrownBy(() -> channel.position(99)).isInstanceOf(EOFException.class);
        }
        assertThatThrownBy(() -> channel.read(ByteBuffer.allocate(1))).isInstanceOf(ClosedChannelException.class);
    }
}
