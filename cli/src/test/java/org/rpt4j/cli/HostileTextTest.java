package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.Printable;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** Text from outside that a terminal would obey is shown as escapes, wherever a command prints it. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "no such file names there")
class HostileTextTest {

    private static final String HOSTILE = "\u001b]0;owned\u0007\u001b[2J\u009b1m\u202e";
    private static final String SHOWN = "\\u001b]0;owned\\u0007\\u001b[2J\\u009b1m\\u202e";

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;

    @BeforeAll
    static void writeModelAndCorpus() {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 2);
    }

    private static void assertPrintable(String text) {
        assertThat(text.chars()
                        .filter(c -> c != '\n' && c != '\t' && c != '\r')
                        .filter(c -> Printable.isObeyed((char) c)))
                .as(text)
                .isEmpty();
    }

    private static void assertShown(Cli command) {
        assertThat(command.code()).isNotZero();
        assertPrintable(command.out());
        assertPrintable(command.err());
        assertThat(command.err()).contains(SHOWN);
    }

    private static Cli score(Object files, Object... more) {
        Object[] all = new Object[more.length + 9];
        System.arraycopy(
                new Object[] {
                    "score",
                    "--backend.name",
                    "reference",
                    "--model.directory",
                    model,
                    "--files",
                    files,
                    "--out",
                    folder.resolve("out")
                },
                0,
                all,
                0,
                9);
        System.arraycopy(more, 0, all, 9, more.length);
        return Cli.run(all);
    }

    @Test
    void namesOfFiles() {
        assertShown(score(folder.resolve(HOSTILE)));
        assertShown(Cli.run("report", folder.resolve(HOSTILE)));
        assertShown(Cli.run("resume", folder.resolve(HOSTILE), "--stacktrace"));
    }

    @Test
    void optionsAndKeys() throws IOException {
        assertShown(Cli.run("score", "--out", folder.resolve("out"), "--files", corpus, "--" + HOSTILE));
        assertShown(Cli.run(HOSTILE));
        Path json = Files.writeString(folder.resolve("run.json"), "{\"" + SHOWN + "\": 1}");
        assertShown(Cli.run("run", "--config", json));
        Path yaml = Files.writeString(folder.resolve("run.yaml"), "\"" + SHOWN.replace("\\u009b", "\\x9b") + "\": 1\n");
        assertShown(Cli.run("run", "--config", yaml));
        assertShown(Cli.run("run", "--set", HOSTILE + "=1"));
    }

    @Test
    void fieldsOfACorpus() throws IOException {
        Path file = Files.writeString(folder.resolve("corpus.jsonl"), "{\"" + SHOWN + "\": \"a\"}\n");
        assertShown(score(file));
    }

    @Test
    void architecturesAndTemplatesOfAModel() throws IOException {
        Path other = TinyCheckpoint.write(folder.resolve("other"));
        Path config = other.resolve("config.json");
        String good = Files.readString(config);
        Files.writeString(
                config, good.replaceFirst("\"(\\w+ForCausalLM)\"", "\"" + SHOWN.replace("\\", "\\\\") + "\""));
        assertShown(Cli.run("generate", "--backend.name", "reference", "--model.directory", other, "--prompt", "a"));
    }

    @Test
    void whatAModelWrites() {
        boolean found = false;
        for (int seed = 0; seed < 20 && !found; seed++) {
            Cli exact = generate(seed, "--raw");
            Cli shown = generate(seed);
            assertPrintable(shown.out());
            assertThat(shown.out()).isEqualTo(Printable.of(exact.out()));
            found = !shown.out().equals(exact.out());
        }
        assertThat(found)
                .as("a model of random bytes writes a control character")
                .isTrue();
    }

    private static Cli generate(int seed, String... more) {
        Object[] all = new Object[13 + more.length];
        List<Object> arguments = List.of(
                "generate",
                "--backend.name",
                "reference",
                "--model.directory",
                model,
                "--prompt",
                "a",
                "--max-tokens",
                40,
                "--evaluation.temperature",
                2.0,
                "--run.seed",
                seed);
        arguments.toArray(all);
        System.arraycopy(more, 0, all, 13, more.length);
        return Cli.run(all);
    }

    @Test
    void linesStayAsTheyAreOnEveryPlatform() {
        StringWriter text = new StringWriter();
        PrintableWriter writer = PrintableWriter.around(new PrintWriter(text));
        writer.print("a\r\nb\r");
        writer.print("\nc\td\re\u0085");
        writer.print("\r");
        writer.close();
        assertThat(text).hasToString("a\r\nb\r\nc\td\\u000de\\u0085\\u000d");
    }
}
