package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.Printable;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.tck.reference.ReferencePolicy;

class GenerateCommandTest {

    private static final String PROMPT = "Today is Monday.";

    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void writeModel() {
        model = TinyCheckpoint.write(folder.resolve("model"));
    }

    private static String continuation(SamplingOptions options) {
        try (Tokenizer tokenizer = Tokenizer.open(model);
                Policy policy = new ReferencePolicy(ModelSource.directory(model))) {
            Prompt prompt = new Prompt(0, tokenizer.encode(PROMPT));
            return tokenizer.decode(policy.generate(List.of(prompt), options)
                    .get(0)
                    .rollouts()
                    .get(0)
                    .tokens());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference", "djl"})
    void standardOutputHoldsTheContinuationAlone(String backend) {
        Cli generated = Cli.run(
                "generate",
                "--backend.name",
                backend,
                "--threads",
                1,
                "--model.directory",
                model,
                "--prompt",
                PROMPT,
                "--max-tokens",
                12);

        assertThat(generated.code()).isZero();
        assertThat(generated.out())
                .isEqualTo(Printable.of(continuation(SamplingOptions.greedy(12))))
                .isNotEmpty();
        assertThat(generated.err()).isBlank();
    }

    @Test
    void withoutALimitACompletionHasHalfOfTheContext() {
        Cli generated = generate();
        assertThat(generated.code()).isZero();
        String text = continuation(SamplingOptions.greedy(TinyCheckpoint.CONTEXT / 2));
        assertThat(generated.out()).isEqualTo(text.replace("\032", "\\u001a")); // as a terminal may see it
    }

    @Test
    void theDefaultNeverExceedsWhatThePromptLeaves() {
        String prompt = TinyCheckpoint.text(0) + TinyCheckpoint.text(1);
        try (Tokenizer tokenizer = Tokenizer.open(model)) {
            assertThat(tokenizer.encode(prompt).length).isBetween(TinyCheckpoint.CONTEXT / 2, TinyCheckpoint.CONTEXT);
        }
        Cli generated =
                Cli.run("generate", "--backend.name", "reference", "--model.directory", model, "--prompt", prompt);
        assertThat(generated.code()).as(generated.err()).isZero();
        assertThat(generated.out()).isNotEmpty();
    }

    @Test
    void aLimitThatDoesNotFitIsRefusedByName() {
        Cli refused = generate("--max-tokens", TinyCheckpoint.CONTEXT);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err())
                .contains("of the model's " + TinyCheckpoint.CONTEXT)
                .contains("Lower --max-tokens");
    }

    private static Cli generate(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("generate", "--backend.name", "reference"));
        arguments.addAll(List.of("--model.directory", model, "--prompt", PROMPT));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    @Test
    void aTemperatureSamplesByTheSeed() {
        String expected = continuation(SamplingOptions.greedy(12).toBuilder()
                .temperature(0.9)
                .seed(7)
                .step(0)
                .build());

        Cli first = sample(7);
        Cli other = sample(8);

        assertThat(first.out()).isEqualTo(Printable.of(expected)).isNotEqualTo(other.out());
    }

    private static Cli sample(long seed) {
        return Cli.run(
                "generate",
                "--backend.name",
                "reference",
                "--model.directory",
                model,
                "--prompt",
                PROMPT,
                "--max-tokens",
                12,
                "--evaluation.temperature",
                0.9,
                "--run.seed",
                seed);
    }
}
