package org.rpt4j.samples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.eval.EvaluationReport;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.samples.examples.PickBackend;
import org.rpt4j.spi.Backends;

/** Checks that reinforcement helps exactly where thinking can help. */
class LearnabilityTest {

    private static final int STEPS = 40;
    private static final int TASKS = 300;

    @TempDir
    private Path directory;

    @Test
    void reasoningOvertakesStandardPredictionWhereWordsFollowFromTheText() throws IOException {
        ShippedFiles files = ShippedFiles.unpack(directory);

        Outcome outcome = run(files.model(), files.corpus(), true);

        double before = outcome.before().all().reasoning().rate();
        double after = outcome.after().all().reasoning().rate();
        assertThat(after).isGreaterThan(before + 0.08);
        assertThat(after).isGreaterThan(outcome.after().all().standard().rate() + 0.08);
        assertThat(after).isGreaterThan(outcome.before().all().standard().rate() + 0.08);
    }

    @Test
    void nothingIsLearnedFromRandomText() throws IOException {
        ShippedFiles files = ShippedFiles.unpack(directory);

        Outcome outcome = run(files.model(), randomTexts(files), false);

        // The upper bound of the earlier interval is what luck can reach at the same true accuracy.
        assertThat(outcome.after().all().reasoning().rate())
                .isLessThan(outcome.before().all().reasoning().high() + 0.02);
    }

    private record Outcome(EvaluationReport before, EvaluationReport after) {}

    private static Outcome run(Path modelDirectory, Path corpus, boolean inferableOnly) {
        ModelSource model = ModelSource.directory(modelDirectory);
        try (Tokenizer tokenizer = Tokenizer.open(modelDirectory);
                Backend backend = Backends.open(
                        PickBackend.choose(Backends.discover(), Capability.TRAIN, List.of("native", "djl"))
                                .orElseThrow())) {
            Experiment experiment = new Experiment(backend, model, tokenizer, Experiment.SEED);
            PreparedTasks tasks = experiment.findHardTokens(corpus, progress -> {});
            List<PredictionTask> heldOut = inferableOnly
                    ? new Inferable(tokenizer, (int) tasks.statistics().documents()).among(tasks.heldOut())
                    : tasks.heldOut();
            heldOut = heldOut.subList(0, Math.min(TASKS, heldOut.size()));
            try (TrainablePolicy policy = backend.openTrainablePolicy(model)) {
                Evaluator evaluator = new Evaluator(
                        policy,
                        experiment.reasoning().prompts(),
                        experiment.reasoning().beginOfText(),
                        experiment.reasoning().extractor(),
                        experiment.verifier(),
                        EvaluationSettings.builder(experiment.reasoning().sampling(1, 0))
                                .tasksPerChunk(128)
                                .build());
                EvaluationReport before = evaluator.evaluate("before", heldOut);
                experiment.train(policy, tasks, STEPS, new TrainingListener() {});
                return new Outcome(before, evaluator.evaluate("after", heldOut));
            }
        }
    }

    /** Texts of single-token words, all equally likely at every position: there is nothing to learn. */
    private Path randomTexts(ShippedFiles files) throws IOException {
        List<String> words;
        try (Tokenizer tokenizer = Tokenizer.open(files.model())) {
            words = Arrays.stream(Files.readString(files.corpus()).split("[^A-Za-z]+"))
                    .distinct()
                    .filter(word -> tokenizer.encode(" " + word).length == 1)
                    .toList();
        }
        SplittableRandom random = new SplittableRandom(5);
        StringBuilder lines = new StringBuilder();
        for (int text = 0; text < 300; text++) {
            lines.append("{\"problem\": \"%s\", \"solution\": \"%s\"}\n"
                    .formatted(randomWords(60, words, random), randomWords(20, words, random)));
        }
        return Files.writeString(directory.resolve("random.jsonl"), lines);
    }

    private static String randomWords(int count, List<String> words, SplittableRandom random) {
        return Stream.generate(() -> words.get(random.nextInt(words.size())))
                .limit(count)
                .collect(Collectors.joining(" "));
    }
}
