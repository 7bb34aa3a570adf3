package org.rpt4j.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.inference.Calibration;
import org.rpt4j.inference.GatingCurve;
import org.rpt4j.inference.InferenceOptions;
import org.rpt4j.inference.MeasuredPosition;
import org.rpt4j.inference.ReasonedText;
import org.rpt4j.inference.Reasoner;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.launch.ConfiguredReasoning;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Continues a text with a model that thinks where it pays, or finds out where that is. */
@Command(
        name = "reason",
        description = {
            "Continue a text with a model that thinks before each token, where it is uncertain, or not at all.",
            "Standard output gets the text in UTF-8, token by token, and nothing else. --max-tokens bounds a thought,"
                    + " --text-tokens the text.",
            "--calibrate measures accuracy against slow-down on held-out text and names the threshold for --mode hybrid."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j reason --model.directory MODEL --prompt \"Once upon a time\" \\",
            "      --mode hybrid --threshold 1.5 --trace"
        })
final class ReasonCommand implements Runnable, ConfiguredCommand {

    private static final int POSITIONS_PER_DOCUMENT = 8;

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--prompt",
            paramLabel = "TEXT",
            description = "The text to continue, as it is, without a chat template. Default: standard input.")
    private @Nullable String prompt;

    @Mixin
    private InferenceChoice inference;

    @Option(
            names = "--trace",
            description = "After the text, say on standard error where the model thought, what, and what it cost.")
    private boolean trace;

    @Option(
            names = "--raw",
            description = "Write every character as it is. Not for a terminal: a model can write what moves its cursor,"
                    + " changes its title or hides text.")
    private boolean raw;

    @Option(
            names = "--calibrate",
            paramLabel = "FILE",
            description = "Continue nothing: predict tokens of FILE, which the model was not trained on, with a thought"
                    + " and without, and print the curve and the threshold for --slow-down.")
    private @Nullable Path heldOut;

    @Option(
            names = "--slow-down",
            paramLabel = "X",
            description = "With --calibrate: generated tokens, thoughts included, per token of the text. Default: 2.")
    private @Nullable Double slowDown;

    @Option(
            names = "--positions",
            paramLabel = "N",
            description = "With --calibrate: number of tokens to predict. Default: 200.")
    private @Nullable Integer positions;

    @Mixin
    private ResultForms files;

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
                        RewardKeys.BOX,
                        RunKeys.SEED),
                CommandKeys.section(PromptKeys.INSTRUCTION),
                CommandKeys.without(CommandKeys.TEXT, CorpusKeys.FILES),
                CommandKeys.BACKEND);
    }

    @Override
    public void run() {
        RunConfiguration configuration = choice.configuration();
        InferenceOptions options = inference.options(configuration);
        requireConsistent();
        files.requireWritable();
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            Reasoning reasoning = ConfiguredReasoning.of(configuration, model, tokenizer, Instant.now());
            try (Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend());
                    Policy policy = backend.openPolicy(model)) {
                if (heldOut == null) {
                    write(Reasoner.of(policy, reasoning), policy.description().contextLength(), options);
                } else {
                    calibrate(
                            heldOut,
                            new Calibration(policy, reasoning, options, POSITIONS_PER_DOCUMENT),
                            configuration,
                            tokenizer);
                }
            }
        }
    }

    private void requireConsistent() {
        if (heldOut == null && (slowDown != null || positions != null || files.areWanted())) {
            throw wrong("--slow-down, --positions, --out and --page belong to --calibrate.");
        }
        if (files.areOneFile()) {
            throw wrong("--out and --page name one file. Give each a name of its own.");
        }
        if (heldOut != null && prompt != null) {
            throw wrong("--calibrate continues no text. Leave --prompt out.");
        }
        if (slowDown != null && !(slowDown >= 1)) {
            throw wrong("--slow-down is " + slowDown + ", must be at least 1: no text takes less.");
        }
        if (positions != null && positions < 1) {
            throw wrong("--positions is " + positions + ", must be at least 1.");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void write(Reasoner reasoner, int contextLength, InferenceOptions options) {
        String text = prompt == null ? PromptText.read(System.in) : prompt;
        PrintableWriter printable = PrintableWriter.around(spec.commandLine().getOut());
        PrintWriter target = raw ? printable.exact() : printable;
        PrintWriter err = spec.commandLine().getErr();
        ReasonedText written;
        try {
            int[] tokens = reasoner.prompt(text);
            inference.requireRoom(tokens.length, contextLength);
            written = reasoner.complete(tokens, options, new ReasonedTextPrinter(target, printable.exact()));
        } finally {
            // The shell's next prompt gets a line of its own without a trace in the result.
            err.println();
        }
        if (trace) {
            ReasonedTextPrinter.printTrace(written, err);
        }
    }

    private void calibrate(Path file, Calibration calibration, RunConfiguration configuration, Tokenizer tokenizer) {
        int wanted = positions == null ? 200 : positions;
        long start = System.nanoTime();
        List<MeasuredPosition> measured;
        try (DocumentIterator documents =
                        Corpora.open(file, configuration.corpus()).iterator();
                ProgressDisplay display = new ProgressDisplay(
                        "Predicting", " positions", spec.commandLine().getErr())) {
            measured = calibration.measure(
                    () -> encoded(documents, tokenizer),
                    wanted,
                    done -> display.accept(new Progress(done, wanted, Duration.ofNanos(System.nanoTime() - start))));
        }
        if (measured.isEmpty()) {
            throw new CorpusException(file + " has no token to predict: no document has two tokens. Name another file"
                    + " with --calibrate.");
        }
        GatingCurve curve = GatingCurve.of(measured);
        double most = slowDown == null ? 2 : slowDown;
        GatingTable table = new GatingTable(curve, most, measured.size());
        table.print(spec.commandLine().getOut());
        files.write(table.toJson(), new GatingPage(curve, most, measured, file, settings(configuration)).html());
    }

    /** What the measurement depends on. */
    private List<RecordedSetting> settings(RunConfiguration configuration) {
        Set<String> names = keys().stream().map(Key::name).collect(Collectors.toSet());
        return configuration.settings().stream()
                .filter(setting -> names.contains(setting.name()))
                .toList();
    }

    private static Iterator<int[]> encoded(DocumentIterator documents, Tokenizer tokenizer) {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return documents.hasNext();
            }

            @Override
            public int[] next() {
                return tokenizer.encode(documents.next().text());
            }
        };
    }
}
