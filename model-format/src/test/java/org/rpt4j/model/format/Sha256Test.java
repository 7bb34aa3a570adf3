package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hash of "abc" is the example of FIPS 180-4. */
class Sha256Test {

    private static final String ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

    @TempDir
    private Path folder;

    @Test
    void piecesHashLikeTheWhole() throws IOException {
        Sha256 hash = new Sha256();
        hash.add("a");
        hash.add(new byte[] {'b'});
        hash.add(Files.writeString(folder.resolve("c"), "c"), () -> {});

        assertThat(hash.hex()).isEqualTo(ABC);
        hash.add("abc");
        assertThat(hash.hex()).as("it starts again").isEqualTo(ABC);
    }

    @Test
    void aStreamIsHashedWhileItIsRead() throws IOException {
        Sha256 hash = new Sha256();
        try (InputStream content = hash.adding(new ByteArrayInputStream(new byte[] {'x', 'a', 'b', 'c'}, 1, 2))) {
            assertThat(content.readAllBytes()).containsExactly('a', 'b');
        }
        hash.add(new byte[] {'b', 'c', 'd'}, 1, 1);
        assertThat(hash.hex()).isEqualTo(ABC);
    }

    @Test
    void theCallbackBeforeABlockCanAbort() throws IOException {
        Path file = Files.writeString(folder.resolve("c"), "c");

        assertThatIllegalStateException()
                .isThrownBy(() -> new Sha256().add(file, () -> {
                    throw new IllegalStateException("stop");
                }));
    }
}
