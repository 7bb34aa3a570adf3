package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Twenty million tasks of 2.2 GB of text are stored, opened again and dealt in a heap that does not grow with them. */
@Tag("soak")
class ManyStoredTasksTest {

    private static final Pattern USED = Pattern.compile("(\\d+) tasks made, heap (\\d+) MiB");

    @TempDir
    private Path directory;

    @Test
    void theHeapStaysFlat() throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        ManyStoredTasksProbe.class.getName(),
                        directory.toString(),
                        "12500")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(3, TimeUnit.HOURS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as("%s", lines).isZero();
        List<Matcher> used =
                lines.stream().map(USED::matcher).filter(Matcher::find).toList();
        assertThat(used).hasSize(10);
        assertThat(Long.parseLong(used.get(9).group(1))).isGreaterThan(20_000_000);
        assertThat(used)
                .allSatisfy(
                        found -> assertThat(Integer.parseInt(found.group(2))).isLessThan(64));
    }
}
