package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.LongStream;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.rollout.Grader;
import org.rpt4j.core.rollout.PromptFactory;
import org.rpt4j.core.rollout.RolloutPhase;
import org.rpt4j.core.task.TaskSource;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.core.train.SupervisedBatches;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.model.format.Sha256;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.config.section.TraceKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.TraceLog;
import org.rpt4j.run.supervised.SupervisedPlan;
import org.rpt4j.run.supervised.ThoughtTrace;
import org.rpt4j.run.supervised.TraceExamples;
import org.rpt4j.run.supervised.TraceFile;
import org.rpt4j.run.supervised.TraceSearch;

/**
 * Plans the cold start that the configuration asks for: reads thought traces, or samples them first.
 *
 * @param policy with the weights that the run begins with
 */
record ColdStartPlanner(Launch launch, Models models, TrainablePolicy policy, RewardVerifier verifier) {

    SupervisedPlan plan(PreparedTasks tasks) {
        RunConfiguration configuration = launch.configuration();
        double flops = 0;
        List<Path> files;
        if (TraceKeys.areSampled(configuration)) {
            Path directory = configuration.get(RunKeys.DIRECTORY);
            flops = new ComputeCost(policy.description().parameterCount()).flops(sampled(directory, tasks), 0);
            files = List.of(RunDirectory.traces(directory));
        } else {
            files = configuration.get(TraceKeys.PATHS);
        }
        Reasoning reasoning = models.reasoning();
        List<ThoughtTrace> traces = TraceFile.read(files, reasoning.thought().markers());
        TraceExamples learned =
                TraceExamples.of(traces, reasoning, policy.description().contextLength());
        if (learned.examples().isEmpty()) {
            throw new CorpusException(nothing(traces.size(), learned));
        }
        launch.observer().noted(learned.describe());
        return new SupervisedPlan(
                learned.examples(), TrainingKeys.supervised(configuration, steps(learned.examples())), flops);
    }

    private long steps(List<SupervisedExample> examples) {
        RunConfiguration configuration = launch.configuration();
        return new SupervisedBatches(
                        examples, configuration.get(TrainingKeys.TOKENS_PER_STEP), configuration.get(SamplingKeys.SEED))
                .stepsIn(configuration.get(TrainingKeys.EPOCHS));
    }

    private String nothing(int traces, TraceExamples learned) {
        if (traces > 0) {
            return "None of the " + traces + " thought traces can be learned: " + learned.tooLong()
                    + " do not fit into the context window of "
                    + policy.description().contextLength() + " tokens, and the box of " + learned.unreadable()
                    + " could not be found again.";
        }
        return TraceKeys.areSampled(launch.configuration())
                ? "No sampled thought led to a right prediction, so there is nothing to imitate. Give the model a few"
                        + " worked examples with " + TraceKeys.INSTRUCTION + ", accept thoughts without markers with "
                        + TraceKeys.THOUGHT + "=UNMARKED, raise " + TraceKeys.TASKS + ", or ask a teacher with "
                        + TraceKeys.FROM + "."
                : "The files of " + TraceKeys.PATHS + " have no rows. Name files with thought traces.";
    }

    /** Samples traces into the directory of the run; returns the tokens that this read. */
    private long sampled(Path directory, PreparedTasks tasks) {
        try (TraceLog log = TraceLog.open(directory, identity(tasks))) {
            int wanted = Math.min(
                    launch.configuration().get(TraceKeys.TASKS), tasks.train().size());
            if (log.tasks() < wanted) {
                search(log, tasks.source(launch.configuration().get(SamplingKeys.SEED)), wanted);
            }
            return log.readTokens();
        }
    }

    private void search(TraceLog log, TaskSource source, int wanted) {
        RunConfiguration configuration = launch.configuration();
        if (configuration.get(TraceKeys.FROM) == TraceKeys.Source.MODEL) {
            Reasoning reasoning = ConfiguredReasoning.forTraces(
                    configuration,
                    models.start(),
                    models.tokenizer(),
                    configuration.chatTemplate(launch.start()).orElse(null),
                    models.reasoning().thought().with(configuration.get(TraceKeys.THOUGHT)));
            search(log, source, wanted, search(policy, reasoning, reasoning.prompts()), reasoning);
            return;
        }
        ModelSource teacher = configuration.model(TraceKeys.TEACHER);
        try (Tokenizer tokenizer = Tokenizer.open(teacher.directory());
                Policy asked = models.backend().openPolicy(teacher)) {
            Reasoning reasoning = ConfiguredReasoning.forTraces(
                    configuration,
                    teacher,
                    tokenizer,
                    PromptKeys.template(configuration, teacher.directory(), launch.start())
                            .orElse(null),
                    ThoughtFormat.of(configuration.get(TraceKeys.THOUGHT), tokenizer));
            PromptFactory prompts = (context, after) -> reasoning
                    .prompts()
                    .prompt(
                            tokenizer.encode(models.tokenizer().decode(context)),
                            tokenizer.encode(models.tokenizer().decode(after)));
            search(log, source, wanted, search(asked, reasoning, prompts), reasoning);
        }
    }

    private TraceSearch search(Policy asked, Reasoning reasoning, PromptFactory prompts) {
        return new TraceSearch(
                new RolloutPhase(asked, prompts),
                new Grader(reasoning.extractor(), verifier),
                reasoning.tokenizer(),
                models.tokenizer(),
                reasoning.thought());
    }

    private void search(TraceLog log, TaskSource source, int wanted, TraceSearch search, Reasoning reasoning) {
        long start = System.nanoTime();
        int size = Math.min(wanted, launch.configuration().get(TrainingKeys.PROMPTS_PER_STEP));
        SamplingOptions sampling = SamplingKeys.options(launch.configuration(), reasoning.sampling(1, 0));
        long before = log.tasks() / size;
        long batches = (wanted + size - 1L) / size;
        for (long batch = before; batch < batches; batch++) {
            List<PredictionTask> asked = source.batch(batch, size);
            TraceSearch.Found found =
                    search.search(asked, sampling.toBuilder().step(batch).build());
            log.add(found.traces().stream().map(TraceFile::row).toList(), asked.size(), found.readTokens());
            launch.observer()
                    .searching(new Progress(
                            batch + 1 - before, batches - before, Duration.ofNanos(System.nanoTime() - start)));
        }
    }

    private static String hash(String text) {
        Sha256 hash = new Sha256();
        hash.add(text);
        return hash.hex();
    }

    private static String hash(LongStream ids) {
        Sha256 hash = new Sha256();
        ids.forEachOrdered(id -> hash.add(id + "\n"));
        return hash.hex();
    }

    /** What sampled traces depend on. */
    private String identity(PreparedTasks tasks) {
        RunConfiguration configuration = launch.configuration();
        return configuration.get(TraceKeys.FROM) + " "
                + ScoreKeeping.identity(
                        configuration,
                        configuration.get(TraceKeys.FROM) == TraceKeys.Source.TEACHER
                                ? configuration.model(TraceKeys.TEACHER)
                                : configuration.model(ModelKeys.DIRECTORY))
                + ", instruction " + hash(TraceKeys.instruction(configuration).template())
                + ", thought " + configuration.get(TraceKeys.THOUGHT) + ", group size "
                + configuration.get(SamplingKeys.GROUP_SIZE) + ", temperature "
                + configuration.get(SamplingKeys.TEMPERATURE) + ", at most "
                + configuration.get(SamplingKeys.MAX_TOKENS)
                + " tokens, seed " + configuration.get(SamplingKeys.SEED) + ", "
                + configuration.get(TrainingKeys.PROMPTS_PER_STEP) + " tasks at a time, reward "
                + configuration.get(RewardKeys.NAME) + " with options " + configuration.get(RewardKeys.OPTIONS)
                + ", tasks " + hash(tasks.trainIds()) + " in order " + PreparedTasks.ORDER_VERSION;
    }
}
