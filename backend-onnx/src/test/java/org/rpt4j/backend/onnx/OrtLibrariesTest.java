package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
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
        assertThat(statusWith(System.getProperty("java.class.path"))).isEqualTo(Killed.STATUS);
        // ONNX Runtime makes an empty directory all the same.
        assertThat(below(temporary)).noneMatch(Files::isRegularFile);
    }

    /** A class path of 4,000 characters was enough to end the process with signal 11. */
    @Test
    @DisabledOnOs(OS.WINDOWS)
    void aLongCommandLineDoesNotEndTheProcess() throws Exception {
        String longer =
                System.getProperty("java.class.path") + (File.pathSeparator + "/no/such/library.jar").repeat(4_000);

        assertThat(statusWith(longer)).isEqualTo(Killed.STATUS);
    }

    private int statusWith(String classPath) throws IOException, InterruptedException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Djava.io.tmpdir=" + temporary,
                        "-cp",
                        classPath,
                        Killed.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
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
