package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.run.tiny.TinyCheckpoint;
import picocli.CommandLine;

class ReasonCommandTest {

    private static final String PROMPT = "Today is Monday.";

    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void writeModel() {
        model = TinyCheckpoint.write(folder.resolve("model"));
    }

    private static Cli reason(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("reason", "--backend.name", "reference"));
        arguments.addAll(List.of("--model.directory", model, "--max-tokens", 6));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static String generated(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--backend.name", "reference"));
        arguments.addAll(List.of("--model.directory", model, "--max-tokens", 12, "--prompt", PROMPT));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray()).out();
    }

    @Test
    void withoutThinkingTheTextIsThatOfGenerate() {
        Cli greedy = reason("--prompt", PROMPT, "--text-tokens", 12);

        assertThat(greedy.code()).as(greedy.err()).isZero();
        assertThat(greedy.err()).isBlank();
        assertThat(greedy.out()).isNotEmpty().isEqualTo(generated());
        assertThat(reason("--prompt", PROMPT, "--text-tokens", 12, "--evaluation.temperature", 0.9, "--run.seed", 7)
                        .out())
                .isEqualTo(generated("--evaluation.temperature", 0.9, "--run.seed", 7));
    }

    @Test
    void thePromptMayComeFromStandardInput() {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(PROMPT.getBytes(StandardCharsets.UTF_8)));
        try {
            assertThat(reason("--text-tokens", 12).out()).isEqualTo(generated());
            System.setIn(new ByteArrayInputStream(new byte[] {'a', (byte) 0xFF}));
            assertThat(reason("--text-tokens", 12).err()).contains("Standard input is not valid UTF-8");
        } finally {
            System.setIn(before);
        }
    }

    @Test
    void theTraceSaysWhereTheModelThoughtAndWhatItCost() {
        Cli traced = reason("--prompt", PROMPT, "--text-tokens", 3, "--mode", "every-token", "--trace");

        assertThat(traced.code()).as(traced.err()).isZero();
        // A model with random weights never ends a thought.
        assertThat(traced.err())
                .contains("Thought before token 0 (entropy ")
                .contains("6 tokens): took nothing")
                .contains("Thought before token 2 (")
                .contains("3 thoughts of 18 tokens: 7.00 generated tokens per token of the text.")
                .contains("Thoughts: 3 ");
        assertThat(traced.out())
                .isEqualTo(reason("--prompt", PROMPT, "--text-tokens", 3).out());
    }

    @Test
    void aThresholdThatIsReachedNowhereIsStandard() {
        Cli hybrid = reason(
                "--prompt", PROMPT, "--text-tokens", 3, "--mode", "hybrid", "--threshold", "infinity", "--trace");

        assertThat(hybrid.code()).as(hybrid.err()).isZero();
        assertThat(hybrid.err()).contains("0 thoughts of 0 tokens: 1.00 generated");
    }

    @Test
    void aStopStringEndsTheText() {
        Object[] sampled = {"--prompt", PROMPT, "--text-tokens", 40, "--evaluation.temperature", 1, "--raw"};
        String whole = reason(sampled).out();
        String stop = whole.chars()
                .skip(5)
                .filter(c -> c > ' ' && c < 127)
                .mapToObj(Character::toString)
                .findFirst()
                .orElseThrow();
        List<Object> stopping = new ArrayList<>(List.of(sampled));
        stopping.addAll(List.of("--stop", "never", "--stop", stop));

        assertThat(reason(stopping.toArray()).out()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
    }

    @Test
    void calibrationPrintsTheCurveAndTheThreshold() throws IOException {
        Path heldOut = TinyCheckpoint.writeCorpus(folder.resolve("held-out.jsonl"), 4);
        Path json = folder.resolve("curve.json");

        Cli calibrated = reason(
                "--calibrate", heldOut, "--text-fields", "story", "--positions", 12, "--slow-down", 3, "--out", json);

        assertThat(calibrated.code()).as(calibrated.err()).isZero();
        JsonNode curve = JsonMapper.builder().build().readTree(Files.readString(json));
        assertThat(curve.path("positions").intValue()).isEqualTo(12);
        assertThat(curve.path("curve")).hasSize(13);
        assertThat(curve.at("/curve/0/threshold").isNull()).isTrue();
        assertThat(curve.at("/curve/0/slow_down").doubleValue()).isEqualTo(1);
        // Every thought has 6 tokens, so that thinking everywhere takes 7 tokens per token, and at 4 of 12 it takes 3.
        assertThat(curve.at("/curve/12/slow_down").doubleValue()).isEqualTo(7);
        assertThat(curve.at("/chosen/slow_down").doubleValue()).isEqualTo(3);
        assertThat(curve.at("/chosen/threshold")).isEqualTo(curve.at("/curve/4/threshold"));
        assertThat(calibrated.out())
                .contains("threshold (nats)  thinks at  accuracy  slow-down  slow-down in time")
                .contains("        infinity       0.0%")
                .contains("--mode hybrid --threshold "
                        + curve.at("/chosen/threshold").doubleValue())
                .contains("thinks at 33.3% of 12 positions");
        assertThat(reason("--calibrate", heldOut, "--text-fields", "story", "--out", json)
                        .err())
                .contains("--overwrite");
    }

    @Test
    void calibrationWritesThePageOfTheCurve() throws IOException {
        Path heldOut = TinyCheckpoint.writeCorpus(folder.resolve("a & <b>.jsonl"), 4);
        Path page = folder.resolve("curve.html");

        Cli calibrated = reason(
                "--calibrate", heldOut, "--text-fields", "story", "--positions", 12, "--slow-down", 3, "--page", page);

        assertThat(calibrated.code()).as(calibrated.err()).isZero();
        assertThat(Files.readString(page))
                .contains("a &amp; &lt;b&gt;.jsonl", "12 positions of ", "thinks at 33.3 % of the positions")
                .contains("slow-down: generated tokens per token of the text", "slow-down in time, measured here")
                .contains(
                        "no thought",
                        "every token",
                        "What became of the thoughts",
                        "<th scope=\"row\">sampling.max-tokens")
                .doesNotContain("<b>", "NaN");
        assertThat(reason("--calibrate", heldOut, "--text-fields", "story", "--page", page)
                        .err())
                .contains("--overwrite", "--page");
        assertThat(reason("--calibrate", heldOut, "--out", page, "--page", page).err())
                .contains("--out and --page name one file");
    }

    @Test
    void aFileWithoutATokenToPredictIsRefused() throws IOException {
        Path single = Files.writeString(folder.resolve("single.txt"), "a");

        Cli refused = reason("--calibrate", single);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("has no token to predict");
    }

    @Test
    void aLimitThatDoesNotFitIsRefusedByName() {
        Cli refused = reason("--prompt", PROMPT, "--text-tokens", TinyCheckpoint.CONTEXT);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("of the model's " + TinyCheckpoint.CONTEXT)
                .contains("Lower --text-tokens");

        Cli full = reason("--prompt", "many words ".repeat(TinyCheckpoint.CONTEXT));
        assertThat(full.code()).isEqualTo(1);
        assertThat(full.err()).contains("Shorten the prompt");
    }

    @Test
    void aReaderWhoIsGoneEndsTheText() {
        PrintWriter gone = new PrintWriter(new Writer() {
            @Override
            public void write(char[] buffer, int offset, int length) throws IOException {
                throw new IOException("Broken pipe");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });
        StringWriter err = new StringWriter();
        CommandLine command = Rpt4j.commandLine().setOut(gone).setErr(new PrintWriter(err));

        int code = command.execute(
                "reason",
                "--backend.name",
                "reference",
                "--model.directory",
                model.toString(),
                "--max-tokens",
                "6",
                "--prompt",
                PROMPT);

        assertThat(code).isEqualTo(1);
        assertThat(err.toString()).contains("whoever read it is gone");
    }

    @ParameterizedTest
    @CsvSource({
        "--mode sometimes --prompt x, '\"sometimes\" is not a mode. Use standard, every-token or hybrid.'",
        "--threshold 1 --prompt x, '--threshold has no effect without --mode hybrid.'",
        "--mode hybrid --threshold -1 --prompt x, '--threshold is -1.0, must be at least 0'",
        "--top-p 0.9 --prompt x, 'no effect on greedy decoding'",
        "--top-p 2 --evaluation.temperature 1 --prompt x, '--top-p is 2.0, must be above 0'",
        "--text-tokens 0 --prompt x, '--text-tokens is 0, must be at least 1'",
        "--slow-down 2 --prompt x, 'belong to --calibrate'",
        "--calibrate f --prompt x, 'Leave --prompt out'",
        "--calibrate f --slow-down 0.5, '--slow-down is 0.5, must be at least 1'",
        "--calibrate f --positions 0, '--positions is 0, must be at least 1'"
    })
    void wrongOptionsAreRefusedByName(String options, String message) {
        Cli refused = reason((Object[]) options.split(" "));

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(message);
    }

    @Test
    void aBackendWithoutSessionsSaysSo() {
        Cli refused = Cli.run(
                "reason", "--backend.name", "vllm", "--model.directory", model, "--max-tokens", 6, "--prompt", PROMPT);

        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("vllm");
    }
}
