package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Continues a text. */
@Command(
        name = "generate",
        description = {
            "Continue a text, decoding as an evaluation does.",
            "Standard output gets the continuation in UTF-8 and nothing else, not even a final line break.",
            "Characters that a terminal would obey are shown as escapes, such as \\u001b; --raw writes them as they are."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j generate --model.directory MODEL --prompt \"Once upon a time\" \\",
            "      --max-tokens 64"
        })
final class GenerateCommand implements Runnable, ConfiguredCommand {

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            required = true,
            description = "The text to continue, as it is, without a chat template.")
    private String prompt;

    @Option(
            names = "--raw",
            description = "Write every character as it is. Not for a terminal: a model can write what moves its cursor,"
                    + " changes its title or hides text.")
    private boolean raw;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return CommandKeys.all(
                List.of(
                        ModelKeys.DIRECTORY,
                        ModelKeys.ADAPTER,
                        ModelKeys.ACCEPT_CONFIG,
                        SamplingKeys.MAX_TOKENS,
                        EvaluationKeys.TEMPERATURE,
                        RunKeys.SEED),
                CommandKeys.BACKEND);
    }

    @Override
    public void run() {
        RunConfiguration configuration = choice.configuration();
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        ModelConfig config = ModelConfigReader.read(model);
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            tokenizer.requireFits(config.describe());
            int[] tokens = promptTokens(tokenizer);
            int maxTokens = maxTokens(configuration, tokens.length, config.contextLength());
            try (Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend());
                    Policy policy = backend.openPolicy(model)) {
                SamplingOptions sampling = SamplingOptions.greedy(maxTokens).toBuilder()
                        .temperature(configuration.get(EvaluationKeys.TEMPERATURE))
                        .seed(configuration.get(RunKeys.SEED))
                        .step(0)
                        .stopTokens(Reasoning.stopTokens(config, tokenizer))
                        .stopCondition(StopCondition.NEVER)
                        .build();
                Prompt start = new Prompt(0, tokens);
                Rollout rollout = policy.generate(List.of(start), sampling)
                        .get(0)
                        .rollouts()
                        .get(0);
                print(tokenizer.decode(text(rollout)));
            }
        }
    }

    /** At most what the prompt leaves of the context window: of the default silently, of what was asked for never. */
    private static int maxTokens(RunConfiguration configuration, int prompt, int context) {
        int wanted = configuration.get(SamplingKeys.MAX_TOKENS);
        int room = context - prompt;
        if (room < 1) {
            throw new ContextOverflowException("The prompt has " + prompt + " tokens, and the model has room for "
                    + context + ". Shorten --prompt.");
        }
        if (wanted > room && configuration.isGiven(SamplingKeys.MAX_TOKENS)) {
            throw new ContextOverflowException("The prompt has " + prompt + " tokens, which leaves " + room
                    + " of the model's " + context + ", but --max-tokens is " + wanted + ". Lower --max-tokens, or"
                    + " leave it out.");
        }
        return Math.min(wanted, room);
    }

    private int[] promptTokens(Tokenizer tokenizer) {
        IntStream text = Arrays.stream(tokenizer.encode(prompt));
        return IntStream.concat(tokenizer.beginOfText().stream(), text).toArray();
    }

    /** The tokens without the one that said that the text is over. */
    private static int[] text(Rollout rollout) {
        int stop = rollout.finish() == FinishReason.STOP_TOKEN ? 1 : 0;
        return Arrays.copyOf(rollout.tokens(), rollout.length() - stop);
    }

    private void print(String text) {
        PrintableWriter printable = PrintableWriter.around(spec.commandLine().getOut());
        PrintWriter out = raw ? printable.exact() : printable;
        out.print(text);
        out.flush();
        // The shell's next prompt gets a line of its own without a trace in the result.
        spec.commandLine().getErr().println();
    }
}
