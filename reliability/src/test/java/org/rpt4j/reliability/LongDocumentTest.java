package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.core.tokenize.TinyTokenizers;

/** A document of 60 MB is encoded in a heap of 512 MiB, whether it has words or not. */
class LongDocumentTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"words,60000000", "letters,60000000", "spaces,10000002"})
    void fitsASmallHeap(String kind, long bytes) throws Exception {
        List<String> pieces = LongDocumentProbe.WORDS.stream()
                .flatMap(word -> IntStream.rangeClosed(2, word.length()).mapToObj(end -> word.substring(0, end)))
                .distinct()
                .toList();
        TinyTokenizers.byteLevel(directory, pieces, List.of("<s>"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LongDocumentProbe.class.getName(),
                        directory.toString(),
                        kind)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("output").toFile())
                .start();
        try {
            assertThat(process.waitFor(10, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(directory.resolve("output")).content().endsWith(bytes + System.lineSeparator());
        assertThat(process.exitValue()).isZero();
    }
}
