package org.rpt4j.bench.result;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.rpt4j.bench.ask.Asking;
import org.rpt4j.bench.ask.BenchModel;
import org.rpt4j.bench.ask.BenchSettings;
import org.rpt4j.bench.suite.QuestionFile;
import org.rpt4j.bench.suite.Suite;
import org.rpt4j.bench.suite.SuiteQuestion;
import org.rpt4j.core.phase.Progress;

/**
 * Runs a suite on a model: asks what is not answered yet, and grades all answers. Not thread-safe.
 *
 * <pre>{@code
 * Suite suite = Suites.open("gsm8k");
 * QuestionFile questions = QuestionFile.read(suite, List.of("test.jsonl"), 0);
 * BenchSettings settings = BenchSettings.builder(EvaluationSettings.greedy(512)).build();
 * BenchResult result = new Benchmark(suite, questions, settings).run(model);
 * }</pre>
 *
 * @since 0.1.0
 */
public final class Benchmark {

    private static final QuestionFile NO_EXAMPLES = new QuestionFile(List.of(), List.of(), "none");

    private final Suite suite;
    private final QuestionFile questions;
    private final BenchSettings settings;
    private QuestionFile examples = NO_EXAMPLES;
    private Optional<Path> answers = Optional.empty();
    private Consumer<Progress> progress = done -> {};

    /** A benchmark without examples, which keeps no answers. */
    public Benchmark(Suite suite, QuestionFile questions, BenchSettings settings) {
        this.suite = suite;
        this.questions = questions;
        this.settings = settings;
    }

    /** Shows examples from this file before each question. */
    public Benchmark examples(QuestionFile from) {
        this.examples = from;
        return this;
    }

    /** Keeps the answers in a file. Another run with the same file asks only what it lacks. */
    public Benchmark answers(Path file) {
        this.answers = Optional.of(file);
        return this;
    }

    /** Reports how many of the questions that had to be asked are answered. */
    public Benchmark progress(Consumer<Progress> consumer) {
        this.progress = consumer;
        return this;
    }

    /**
     * Runs the suite.
     *
     * @throws org.rpt4j.api.error.ConfigurationException if the suite, the examples or the model cannot do what the settings
     *     ask for
     * @throws org.rpt4j.api.error.StorageException if the file of answers cannot be used, or was made by something else
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public BenchResult run(BenchModel model) {
        Asking asking = new Asking(model, suite, questions, examples, settings);
        Map<Integer, SuiteQuestion> selected = asking.selected();
        Map<String, SuiteQuestion> byId = new HashMap<>();
        selected.values().forEach(question -> byId.put(question.id(), question));
        Grader grader = new Grader(suite, settings.mode(), model.markers());
        Map<String, QuestionOutcome> outcomes = new HashMap<>();
        int samples = settings.sampling().groupSize();
        asking.run(
                answers,
                record -> outcomes.put(
                        record.id(), grader.grade(Objects.requireNonNull(byId.get(record.id())), record, samples)),
                progress);
        return new BenchResult(
                suite.title(),
                model.name(),
                asking.made(),
                grader.readings(),
                settings.passAt(),
                questions.refused().size(),
                selected.values().stream()
                        .map(question -> Objects.requireNonNull(outcomes.get(question.id())))
                        .toList());
    }
}
