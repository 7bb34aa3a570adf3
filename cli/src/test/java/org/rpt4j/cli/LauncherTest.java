package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the script {@code bin/rpt4j} starts, with a Java that prints its arguments and writes the archive it is told. */
class LauncherTest {

    private static final Path SCRIPT = Path.of("../bin/rpt4j");

    private static final String JAVA = """
            #!/bin/sh
            for argument; do
                echo "$argument"
                case $argument in
                    -XX:ArchiveClassesAtExit=*) printf "$HEADER" > "${argument#*=}" ;;
                esac
            done
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void copy() throws IOException {
        assumeThat(Path.of("/bin/sh")).isExecutable();
        Path java = Files.createDirectories(directory.resolve("java home/bin")).resolve("java");
        Files.writeString(java, JAVA);
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        Files.copy(SCRIPT, directory.resolve("rpt4j"));
        Files.writeString(directory.resolve("rpt4j.jar"), "jar");
    }

    private List<String> start(String... arguments) throws IOException, InterruptedException {
        return start(directory.resolve("rpt4j"), "whole", arguments);
    }

    private List<String> start(Path script, String header, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("/bin/sh", script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", directory.resolve("java home").toString());
        builder.environment().put("XDG_CACHE_HOME", directory.resolve("cache").toString());
        builder.environment().put("HEADER", header);
        Process process = builder.start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        assertThat(process.waitFor()).as(lines.toString()).isZero();
        return lines;
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("cache/rpt4j"))) {
            return files.sorted().toList();
        }
    }

    private String jar() throws IOException {
        return directory.toRealPath().resolve("rpt4j.jar").toString();
    }

    @Test
    void theFirstStartWritesAnArchiveAndTheNextOnesUseIt() throws Exception {
        List<String> first = start("generate", "--prompt", "two  words", "");
        Path archive = archives().get(0);

        assertThat(first)
                .contains("-XX:ArchiveClassesAtExit=" + archive)
                .endsWith("-jar", jar(), "generate", "--prompt", "two  words", "");
        for (int i = 0; i < 2; i++) {
            assertThat(start("generate", "*"))
                    .contains("-XX:SharedArchiveFile=" + archive, "-XX:TieredStopAtLevel=1")
                    .doesNotContain("-XX:ArchiveClassesAtExit=" + archive)
                    .endsWith("-jar", jar(), "generate", "*");
        }
    }

    @Test
    void eachCommandHasItsOwnArchive() throws Exception {
        start("generate");
        start("--version");

        assertThat(archives())
                .hasSize(2)
                .satisfiesExactly(
                        version -> assertThat(version.getFileName().toString()).startsWith("--version-"),
                        generate ->
                                assertThat(generate.getFileName().toString()).startsWith("generate-"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "serve", "score", "generated", ""})
    void aCommandThatLastsStartsWithJavasOwnSettings(String command) throws Exception {
        assertThat(start(command, "--config", "a b")).containsExactly("-jar", jar(), command, "--config", "a b");
        assertThat(directory.resolve("cache")).doesNotExist();
    }

    @Test
    void anArchiveThatWasNotFinishedIsWrittenAgain() throws Exception {
        start(directory.resolve("rpt4j"), "\\0\\0\\0\\0\\0", "generate");

        assertThat(start("generate"))
                .contains("-XX:ArchiveClassesAtExit=" + archives().get(0));
        assertThat(start("generate"))
                .contains("-XX:SharedArchiveFile=" + archives().get(0));
    }

    @Test
    void anotherJarGetsAnotherArchiveInPlaceOfTheOld() throws Exception {
        start("generate");
        Path old = archives().get(0);
        Files.setLastModifiedTime(directory.resolve("rpt4j.jar"), FileTime.fromMillis(1_000_000_000_000L));

        start("generate");

        assertThat(archives()).hasSize(1).doesNotContain(old);
    }

    @Test
    void aDirectoryThatOthersCanWriteIsNotUsed() throws Exception {
        Path cache = Files.createDirectories(directory.resolve("cache/rpt4j"));
        Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxrwx---"));

        assertThat(start("generate"))
                .noneMatch(option -> option.contains(".jsa"))
                .endsWith("-jar", jar(), "generate");
    }

    @Test
    void aLinkToTheScriptFindsItsJar() throws Exception {
        Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
        Path link = Files.createSymbolicLink(elsewhere.resolve("rpt4j"), Path.of("../rpt4j"));

        assertThat(start(link, "", "run")).containsExactly("-jar", jar(), "run");
    }
}
