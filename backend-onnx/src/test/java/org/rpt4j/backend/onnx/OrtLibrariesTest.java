package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class OrtLibrariesTest {

    @TempDir
    private Path temporary;

    /** In a process of its own: the libraries are loaded once, and its end must not be an orderly one. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aKilledProcessLeavesNoLibrariesBehind() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Killed.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();

        assertThat(process.waitFor()).isEqualTo(Killed.STATUS);
        // ONNX Runtime makes an empty directory all the same.
        assertThat(below(temporary)).noneMatch(Files::isRegularFile);
    }

    private static List<Path> below(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.toList();
        }
    }

    /** Starts ONNX Runtime and ends without running what an orderly exit runs. */
    static final class Killed {

        static final int STATUS = 7;

        private Killed() {}

        public static void main(String[] arguments) {
            OrtRuntime.environment().getVersion();
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
