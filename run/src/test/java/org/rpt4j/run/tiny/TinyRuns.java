package org.rpt4j.run.tiny;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.DynamicSamplingKeys;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.OptimizerKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.SelectionKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.config.section.ValidationKeys;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.launch.ConfiguredRun;
import org.rpt4j.run.launch.RunObserver;
import org.rpt4j.run.launch.RunResult;
import org.rpt4j.run.resume.CheckpointStore;

/**
 * A tiny model and corpus, and runs of them with everything that a resume has to carry: dynamic sampling with surplus
 * groups, a schedule, validation, a checkpoint after every step.
 */
public record TinyRuns(Path folder, Path model, Path corpus) {

    public static final long STEPS = 6;

    public static TinyRuns in(Path folder) throws IOException {
        Files.writeString(folder.resolve("next.txt"), "Next? {context}");
        return new TinyRuns(
                folder,
                TinyCheckpoint.write(folder.resolve("model")),
                TinyCheckpoint.writeCorpus(folder.resolve("a.jsonl"), 4));
    }

    /** The run in the directory of this name. */
    public RunConfigurationBuilder configuration(String name) {
        return configuration(folder.resolve(name));
    }

    public RunConfigurationBuilder configuration(Path directory) {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, model)
                .set(BackendKeys.NAME, "reference")
                .set(CorpusKeys.FILES, List.of(corpus.toString()))
                .set(CorpusKeys.TEXT_FIELDS, List.of("story"))
                .set(CorpusKeys.HELD_OUT_SHARE, 0.5)
                .set(SelectionKeys.POSITIONS_PER_DOCUMENT, 4)
                .set(PromptKeys.INSTRUCTION, folder.resolve("next.txt").toString())
                .set(RewardKeys.NAME, "coin")
                .set(SamplingKeys.GROUP_SIZE, 4)
                .set(SamplingKeys.MAX_TOKENS, 2)
                .set(TrainingKeys.STEPS, STEPS)
                .set(TrainingKeys.PROMPTS_PER_STEP, 2)
                .set(OptimizerKeys.LEARNING_RATE, 1e-3)
                .set(OptimizerKeys.SCHEDULE, LearningRateSchedule.Shape.COSINE)
                .set(DynamicSamplingKeys.START_STEP, 1L)
                .set(DynamicSamplingKeys.MAX_STALENESS, 2)
                .set(EvaluationKeys.TASKS, 2)
                .set(EvaluationKeys.EVERY_STEPS, 2L)
                .set(ValidationKeys.KEEP_BEST, true)
                .set(RunKeys.SAVE_EVERY, 1L)
                .set(RunKeys.KEEP_CHECKPOINTS, 9)
                .set(RunKeys.DIRECTORY, directory)
                .set(RunKeys.SEED, 3L);
    }

    public static RunResult run(RunConfigurationBuilder configuration) {
        return new ConfiguredRun(configuration.build(), RunObserver.NONE).run();
    }

    public CheckpointStore checkpoints(String name) {
        return checkpoints(folder.resolve(name));
    }

    public static CheckpointStore checkpoints(Path directory) {
        return new CheckpointStore(directory.resolve("checkpoints"));
    }

    /** A copy of a run as it was when its checkpoint of a step had just been saved and the next step had begun. */
    public Path killed(String name, long step, String copy) throws IOException {
        Path to = folder.resolve(copy);
        try (Stream<Path> tree = Files.walk(folder.resolve(name))) {
            for (Path path : tree.toList()) {
                Files.copy(
                        path, to.resolve(folder.resolve(name).relativize(path).toString()));
            }
        }
        for (long later : checkpoints(copy).steps()) {
            if (later > step) {
                Path folder = checkpoints(copy).folder(later);
                Files.move(folder, folder.resolveSibling("." + folder.getFileName() + ".x.tmp"));
            }
        }
        Files.delete(to.resolve("outcome.json"));
        return to;
    }

    /** That two runs came to the same weights, moments and pass rates by the same samples and metrics. */
    public static void assertSame(Path run, Path whole) {
        assertSameWeights(run, whole);
        assertThat(run.resolve("pass-rates.json")).hasSameTextualContentAs(whole.resolve("pass-rates.json"));
        assertThat(run.resolve("rollouts.jsonl")).hasSameTextualContentAs(whole.resolve("rollouts.jsonl"));
        assertThat(run.resolve("responses.jsonl")).hasSameTextualContentAs(whole.resolve("responses.jsonl"));
        assertThat(reports(run)).isEqualTo(reports(whole));
        assertThat(RecordedRun.open(run).outcome()).isPresent();
    }

    /** That two runs came to the same weights and moments by the same metrics. */
    public static void assertSameWeights(Path run, Path whole) {
        String weights = Files.exists(whole.resolve("checkpoint/model.safetensors"))
                ? "checkpoint/model.safetensors"
                : "checkpoint/adapter_model.safetensors";
        assertThat(run.resolve(weights)).hasSameBinaryContentAs(whole.resolve(weights));
        assertThat(run.resolve("checkpoint.optimizer")).hasSameBinaryContentAs(whole.resolve("checkpoint.optimizer"));
        assertThat(timeless(run)).isEqualTo(timeless(whole));
    }

    private static List<?> reports(Path run) {
        return RecordedRun.open(run).evaluations().stream()
                .map(EvaluationRecord::report)
                .toList();
    }

    private static List<Map<String, Double>> timeless(Path run) {
        return RecordedRun.open(run).steps().stream()
                .map(step -> {
                    Map<String, Double> values = new TreeMap<>(step.values());
                    values.keySet().removeIf(name -> name.startsWith("seconds/"));
                    values.put("step", (double) step.step());
                    return values;
                })
                .toList();
    }
}
