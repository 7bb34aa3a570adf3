package org.rpt4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.bench.ask.BenchMode;
import org.rpt4j.bench.ask.BenchModel;
import org.rpt4j.bench.ask.BenchSettings;
import org.rpt4j.bench.ask.PromptForm;
import org.rpt4j.bench.ask.Thinking;
import org.rpt4j.bench.result.BenchComparison;
import org.rpt4j.bench.result.BenchResult;
import org.rpt4j.bench.result.Benchmark;
import org.rpt4j.bench.suite.QuestionFile;
import org.rpt4j.bench.suite.Suite;
import org.rpt4j.bench.suite.Suites;
import org.rpt4j.core.dataset.ModelFingerprint;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Asks a model the questions of a benchmark, or compares two results. */
@Command(
        name = "bench",
        description = {
            "Ask a model the questions of a benchmark and grade its answers, as published harnesses do and strictly.",
            "Reads the public files as they are published (JSON, JSON lines, Parquet, CSV, TSV) and downloads nothing.",
            "With --out, the answers are kept beside it: after an interruption, the same command asks only what is left."
        },
        footer = {
            "",
            "Example:",
            "  rpt4j bench --model.directory MODEL --suite gsm8k --files test.jsonl \\",
            "      --examples train.jsonl --max-tokens 512 --out gsm8k.json"
        })
final class BenchCommand implements Runnable, ConfiguredCommand {

    private static final int MOST_RESULT_BYTES = 1 << 30;

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--suite",
            paramLabel = "NAME",
            description = "mmlu-pro, supergpqa, gsm8k, math, omni-math, arc, or a suite file of your own (.yaml).")
    private @Nullable String suite;

    @Option(names = "--files", paramLabel = "FILE", description = "The questions, as published; may be given again.")
    private List<String> files = new ArrayList<>();

    @Option(
            names = "--examples",
            paramLabel = "FILE",
            description = "Questions with solutions that are shown before each question; may be given again.")
    private List<String> examples = new ArrayList<>();

    @Option(
            names = "--shots",
            paramLabel = "N",
            description = "Examples before each question (default: as many as the benchmark is published with, if there"
                    + " are --examples).")
    private @Nullable Integer shots;

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = Modes.class,
            description = "generate: the model writes its answer. log-probability: the choice that is the most probable"
                    + " continuation is its answer (default: generate).")
    private BenchMode mode = BenchMode.GENERATE;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            description =
                    "template: the chat template of the model, if it has one. plain: as for a base model (default:"
                            + " template).")
    private PromptForm form = PromptForm.TEMPLATE;

    @Option(
            names = "--thinking",
            paramLabel = "WHEN",
            description =
                    "on: the prompt opens a thought. off: it leaves none open. template: as the chat template has it"
                            + " (default: template).")
    private Thinking thinking = Thinking.TEMPLATE;

    @Option(
            names = "--prompt",
            paramLabel = "FILE",
            description = "A prompt of your own: a text with {question}, with {choices} if there are choices, and, if"
                    + " wanted, {examples} and {category}.")
    private @Nullable Path prompt;

    @Option(
            names = "--max-questions",
            paramLabel = "N",
            description = "Ask only so many questions, drawn by the seed (default: all).")
    private @Nullable Integer maxQuestions;

    @Option(
            names = "--tolerated-rows",
            paramLabel = "N",
            description = "How many rows of the file may be no question; they are left out and counted (default: 0).")
    private int toleratedRows;

    @Option(
            names = "--compare",
            paramLabel = "RESULT",
            arity = "2",
            description = "Compare two results that --out wrote, question by question, and ask nothing.")
    private List<Path> compared = new ArrayList<>();

    @Option(
            names = "--show-suite",
            paramLabel = "NAME",
            description = "Print the file of a built-in suite, to start your own from, and ask nothing.")
    private @Nullable String shown;

    @Mixin
    private BenchFiles written;

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
                        EvaluationKeys.SAMPLES,
                        EvaluationKeys.TEMPERATURE,
                        EvaluationKeys.PASS_AT,
                        EvaluationKeys.PER_CHUNK,
                        EvaluationKeys.SEED,
                        PromptKeys.TEMPLATE_VARIABLES,
                        PromptKeys.DATE,
                        PromptKeys.THOUGHT_START,
                        PromptKeys.THOUGHT_END,
                        RunKeys.SEED),
                CommandKeys.BACKEND);
    }

    @Override
    public void run() {
        if (shown != null) {
            print(Suites.source(shown));
            return;
        }
        requireSensible();
        written.requireWritable();
        if (!compared.isEmpty()) {
            BenchComparison comparison = BenchComparison.of(read(compared.get(0)), read(compared.get(1)));
            finish(comparison.toText(), comparison.toJson(), comparison.toHtml());
            return;
        }
        RunConfiguration configuration = choice.configuration();
        BenchResult result = ask(configuration);
        finish(result.toText(), result.toJson(), result.toHtml());
    }

    private void requireSensible() {
        if (!compared.isEmpty() && (suite != null || !files.isEmpty())) {
            throw usage("--compare asks nothing. Leave out --suite and --files, or --compare.");
        }
        if (toleratedRows < 0) {
            throw usage("--tolerated-rows is " + toleratedRows + ", must be at least 0.");
        }
    }

    private ParameterException usage(String problem) {
        return new ParameterException(spec.commandLine(), problem);
    }

    private BenchResult ask(RunConfiguration configuration) {
        Suite asked = suite();
        BenchSettings settings = settings(configuration);
        QuestionFile questions = QuestionFile.read(asked, files, toleratedRows);
        Benchmark benchmark = new Benchmark(asked, questions, settings);
        if (!examples.isEmpty()) {
            benchmark.examples(QuestionFile.readExamples(asked, examples));
        }
        written.answers().ifPresent(benchmark::answers);
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        ModelConfig config = ModelConfigReader.read(model);
        String name =
                String.valueOf(model.directory().toAbsolutePath().normalize().getFileName());
        try (Tokenizer tokenizer = Tokenizer.open(model.directory())) {
            tokenizer.requireFits(config.describe());
            try (Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend());
                    Policy policy = backend.openPolicy(model);
                    ProgressDisplay bar = new ProgressDisplay(
                            "asking " + asked.name(),
                            " questions",
                            spec.commandLine().getErr())) {
                return benchmark
                        .progress(bar)
                        .run(new BenchModel(
                                policy,
                                tokenizer,
                                configuration.chatTemplate(Instant.now()),
                                PromptKeys.thought(configuration, tokenizer).markers(),
                                Reasoning.stopTokens(config, tokenizer),
                                name,
                                fingerprint(configuration, model)));
            }
        }
    }

    /** Weights, and what computes with them: another backend may round differently and sample other tokens. */
    private static String fingerprint(RunConfiguration configuration, ModelSource model) {
        return ModelFingerprint.of(model) + ", backend " + configuration.get(BackendKeys.NAME) + ", "
                + configuration.backend().precision();
    }

    private Suite suite() {
        if (suite == null || files.isEmpty()) {
            throw usage("Name the benchmark with --suite and its file with --files, or two results with --compare.");
        }
        Suite named = Suites.open(suite);
        return prompt == null ? named : Suites.withPrompt(named, prompt);
    }

    private BenchSettings settings(RunConfiguration configuration) {
        try {
            BenchSettings.Builder builder = BenchSettings.builder(configuration.evaluation(SamplingOptions.greedy(1)))
                    .mode(mode)
                    .form(form)
                    .thinking(thinking);
            if (shots != null) {
                builder.shots(shots);
            }
            if (maxQuestions != null) {
                builder.maxQuestions(maxQuestions);
            }
            return builder.build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static BenchResult read(Path file) {
        try {
            return BenchResult.ofJson(PlainFiles.readJson(file, MOST_RESULT_BYTES), file.toString());
        } catch (IOException e) {
            throw new StorageException("The result " + file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private void finish(String text, String json, String html) {
        written.write(json, html);
        print(text);
    }

    private void print(String text) {
        PrintWriter results = spec.commandLine().getOut();
        results.print(text);
        results.flush();
    }

    /** The names of the modes, with a hyphen. */
    static final class Modes implements ITypeConverter<BenchMode> {

        @Override
        public BenchMode convert(String written) {
            for (BenchMode known : BenchMode.values()) {
                if (known.name().replace('_', '-').equals(written.toUpperCase(Locale.ROOT))) {
                    return known;
                }
            }
            throw new TypeConversionException("\"" + written + "\" is neither generate nor log-probability");
        }
    }
}
