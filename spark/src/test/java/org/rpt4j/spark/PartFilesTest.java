package org.rpt4j.spark;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.StorageException;

class PartFilesTest {

    @TempDir
    private Path folder;

    private PartFiles parts;

    @BeforeEach
    void begin() {
        parts = new PartFiles("file:" + folder + "/parts/of one", 3);
    }

    private void write(int number, String content) {
        parts.write(number, out -> out.write(content.getBytes(UTF_8)));
    }

    @Test
    void aPartIsThereOnceItIsWhole() throws IOException {
        assertThat(parts.missing()).containsExactly(1, 2, 3);
        write(2, "two");
        assertThatThrownBy(() -> parts.write(3, out -> {
                    out.write(1);
                    throw new IOException("the disk is full");
                }))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("part-3-of-3")
                .hasMessageContaining("the disk is full")
                .hasMessageContaining("spark.rpt4j.parts-directory");
        assertThat(parts.missing()).containsExactly(1, 3);
        assertThat(parts.open(2).readAllBytes()).asString().isEqualTo("two");
        assertThat(SmallCorpus.names(folder.resolve("parts/of one")))
                .as("nothing unfinished is left")
                .noneMatch(name -> name.endsWith(".tmp"));
    }

    @Test
    void executorsOfAnotherKindAreRefused() {
        parts.requireMadeBy("engine 1, avx2");
        assertThatCode(() -> parts.requireMadeBy("engine 1, avx2")).doesNotThrowAnyException();
        assertThatThrownBy(() -> parts.requireMadeBy("engine 1, avx512"))
                .isInstanceOf(BackendFailureException.class)
                .hasMessageContaining("engine 1, avx2, this executor computes with engine 1, avx512")
                .hasMessageContaining("mixed-executors");
    }

    @Test
    void deletingLeavesNoEmptyDirectoryAndNothingElse() throws IOException {
        write(1, "one");
        parts.delete();
        assertThat(folder.resolve("parts")).doesNotExist();

        write(1, "one");
        Files.writeString(folder.resolve("parts/another"), "dataset");
        parts.delete();
        assertThat(SmallCorpus.names(folder.resolve("parts"))).containsExactly("another");
    }
}
