package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfigReader;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Continues a text. */
@Command(
        name = "generate",
        description = {
            "Continue a text.",
            "Standard output gets the continuation in UTF-8 and nothing else, not even a final line break."
        })
final class GenerateCommand implements Runnable {

    @Mixin
    private ModelChoice model;

    @Mixin
    private BackendChoice backend;

    @Option(names = "--prompt", paramLabel = "TEXT", required = true, description = "The text to continue, as it is.")
    private String prompt;

    @Option(
            names = "--max-tokens",
            paramLabel = "N",
            defaultValue = "128",
            description = "Most tokens to add (default: ${DEFAULT-VALUE}).")
    private int maxTokens;

    @Option(
            names = "--temperature",
            paramLabel = "T",
            defaultValue = "0",
            description = "0 always takes the most probable token (default: ${DEFAULT-VALUE}).")
    private double temperature;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "0",
            description = "Another seed gives another sample (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        try (Tokenizer tokenizer = model.openTokenizer();
                Backend opened = backend.open();
                Policy policy = opened.openPolicy(model.source())) {
            SamplingOptions sampling = SamplingOptions.greedy(maxTokens).toBuilder()
                    .temperature(temperature)
                    .seed(seed)
                    .step(0)
                    .stopTokens(stopTokens(tokenizer))
                    .stopCondition(StopCondition.NEVER)
                    .build();
            Prompt start = new Prompt(0, promptTokens(tokenizer));
            Rollout rollout =
                    policy.generate(List.of(start), sampling).get(0).rollouts().get(0);
            print(tokenizer.decode(text(rollout)));
        }
    }

    private int[] promptTokens(Tokenizer tokenizer) {
        IntStream text = Arrays.stream(tokenizer.encode(prompt));
        return IntStream.concat(tokenizer.beginOfText().stream(), text).toArray();
    }

    private Set<Integer> stopTokens(Tokenizer tokenizer) {
        Set<Integer> tokens =
                new HashSet<>(ModelConfigReader.read(model.directory()).endTokens());
        tokenizer.endOfText().ifPresent(tokens::add);
        return tokens;
    }

    /** The tokens without the one that said that the text is over. */
    private static int[] text(Rollout rollout) {
        int stop = rollout.finish() == FinishReason.STOP_TOKEN ? 1 : 0;
        return Arrays.copyOf(rollout.tokens(), rollout.length() - stop);
    }

    private void print(String text) {
        PrintWriter out = spec.commandLine().getOut();
        out.print(text);
        out.flush();
        // The shell's next prompt gets a line of its own without a trace in the result.
        spec.commandLine().getErr().println();
    }
}
