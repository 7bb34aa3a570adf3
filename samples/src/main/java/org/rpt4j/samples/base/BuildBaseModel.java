package org.rpt4j.samples.base;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Stream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.PromptBuilder;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.LearningRateSchedule;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.core.train.SupervisedSettings;
import org.rpt4j.core.train.SupervisedTrainer;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.CheckpointWriter;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.samples.examples.PickBackend;
import org.rpt4j.samples.stories.Habit;
import org.rpt4j.samples.stories.Inference;
import org.rpt4j.samples.stories.OrdinaryThought;
import org.rpt4j.samples.stories.RecallDrill;
import org.rpt4j.samples.stories.Story;
import org.rpt4j.samples.stories.StoryGenerator;
import org.rpt4j.spi.Backends;

/**
 * Builds the base model of the quickstart from scratch: vocabulary, random weights, then supervised stages. Drills
 * teach it to find words again; generated stories teach it language and careful thoughts; a last, short stage teaches
 * the prompt and three habits of thinking, of which only one works, which leaves reinforcement something to discover.
 *
 * <p>Usage: {@code BuildBaseModel DIRECTORY [STORIES [THREADS]]}. Writes {@code DIRECTORY/model} and the corpus {@code
 * DIRECTORY/stories.jsonl}; the single-precision weights stay in {@code target/base-model}. The default of 48,000
 * stories takes about half an hour on two cores.
 */
public final class BuildBaseModel {

    /** The instruction that the base model was trained on. */
    public static final Instruction INSTRUCTION = new Instruction("next-word", "Next word?{context}");

    private static final int VOCABULARY = 1024;
    private static final int CONTEXT = 512;
    private static final int TOKENS_PER_STEP = 1536;
    private static final int SAVE_EVERY = 1000;
    private static final int CORPUS_STORIES = 800;
    private static final int DRILLS = 48_000;
    private static final int HABIT_STORIES = 3_000;
    private static final long VOCABULARY_SEEDS = 2_000_000_000L;
    private static final long TRAINING_SEEDS = 1_000_000_000L;
    private static final long HABIT_SEEDS = 3_000_000_000L;
    private static final long DRILL_SEED = 4_000_000_000L;
    private static final HabitShares SHARES = new HabitShares(0.3, 0.4);

    private BuildBaseModel() {}

    /** Builds the model; see the class comment for the arguments. */
    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        int stories = args.length > 1 ? Integer.parseInt(args[1]) : 48_000;
        int threads = args.length > 2 ? Integer.parseInt(args[2]) : 0;
        Path working = Path.of("target", "base-model");
        initialize(working);
        try (Tokenizer tokenizer = Tokenizer.open(working);
                Backend backend = Backends.open(
                        backendName(),
                        BackendOptions.DEFAULTS.toBuilder().threads(threads).build());
                TrainablePolicy policy = backend.openTrainablePolicy(ModelSource.directory(working))) {
            PromptBuilder prompts = new PromptBuilder(
                    tokenizer, ChatTemplate.open(working).orElseThrow(), INSTRUCTION, CONTEXT, CONTEXT / 2);
            StoryTraces traces = new StoryTraces(tokenizer, prompts, SHARES);
            System.out.println(policy.description());
            train(policy, "repeating", drills(traces, RecallDrill::repeat, DRILLS), 2e-3, working);
            train(policy, "looking up", drills(traces, RecallDrill::lookUp, DRILLS), 2e-3, working);
            train(policy, "language and thoughts", languageAndThoughts(traces, stories), 2e-3, working);
            train(policy, "prompts and habits", promptsAndHabits(traces, HABIT_STORIES), 5e-4, working);
            policy.save(working);
        }
        shrink(working, directory.resolve("model"));
        StoryCorpus.write(directory.resolve("stories.jsonl"), CORPUS_STORIES);
        System.out.println("wrote " + directory);
    }

    private static String backendName() {
        return PickBackend.choose(Backends.discover(), Capability.TRAIN, List.of("native", "djl"))
                .orElseThrow(() -> new IllegalStateException("no backend on this machine can train"));
    }

    private static void initialize(Path directory) throws IOException {
        List<String> texts = new ArrayList<>(List.of("Next word?"));
        for (long seed = VOCABULARY_SEEDS; seed < VOCABULARY_SEEDS + 3000; seed++) {
            Story story = new StoryGenerator().story(seed);
            SplittableRandom random = new SplittableRandom(seed);
            texts.add(story.text());
            texts.add(OrdinaryThought.think(random));
            for (Inference inference : story.inferences()) {
                for (Habit habit : Habit.values()) {
                    texts.add(habit.think(inference, story, random) + " \\boxed{" + inference.answer() + "}");
                }
            }
        }
        BpeVocabulary vocabulary = new BpeTrainer(VOCABULARY, TokenizerFiles.SPECIAL_TOKENS).train(texts);
        Files.createDirectories(directory);
        TokenizerFiles.write(vocabulary, directory, CONTEXT);
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                VOCABULARY,
                192,
                512,
                5,
                6,
                2,
                32,
                CONTEXT,
                1e-6,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                true,
                List.of(0));
        CheckpointInitializer.initialize(directory, config, 7);
    }

    private static List<SupervisedExample> drills(
            StoryTraces traces, Function<SplittableRandom, RecallDrill> kind, int count) {
        SplittableRandom random = new SplittableRandom(DRILL_SEED);
        return Stream.generate(() -> traces.drill(kind.apply(random)))
                .limit(count)
                .toList();
    }

    private static List<SupervisedExample> languageAndThoughts(StoryTraces traces, int stories) {
        List<SupervisedExample> examples = new ArrayList<>();
        for (long seed = TRAINING_SEEDS; seed < TRAINING_SEEDS + stories; seed++) {
            Story story = new StoryGenerator().story(seed);
            examples.add(
                    seed % 6 == 0 ? traces.plain(story) : traces.betweenTheLines(story, new SplittableRandom(seed)));
        }
        return examples;
    }

    private static List<SupervisedExample> promptsAndHabits(StoryTraces traces, int stories) {
        List<SupervisedExample> examples = new ArrayList<>();
        for (long seed = HABIT_SEEDS; seed < HABIT_SEEDS + stories; seed++) {
            Story story = new StoryGenerator().story(seed);
            examples.add(traces.plain(story));
            examples.addAll(traces.prompted(story, new SplittableRandom(seed)));
        }
        return examples;
    }

    private static void train(
            TrainablePolicy policy, String stage, List<SupervisedExample> examples, double rate, Path directory) {
        long tokens = examples.stream().mapToLong(SupervisedExample::tokenCount).sum();
        long steps = tokens / TOKENS_PER_STEP;
        System.out.printf("%s: %d examples, %d tokens, %d steps%n", stage, examples.size(), tokens, steps);
        OptimizerOptions adamw = OptimizerOptions.PAPER.toBuilder()
                .learningRate(rate)
                .beta1(0.9)
                .beta2(0.98)
                .weightDecay(0.05)
                .build();
        SupervisedSettings settings = SupervisedSettings.of(
                steps,
                TOKENS_PER_STEP,
                new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, rate, 0.05, Math.min(100, steps / 4)));
        try (Optimizer optimizer = policy.openOptimizer(adamw)) {
            SupervisedTrainer.builder()
                    .policy(policy, optimizer)
                    .examples(examples)
                    .settings(settings)
                    .listener(new TrainingListener() {
                        @Override
                        public void supervisedStepCompleted(TrainingEvent.SupervisedStepCompleted step) {
                            report(stage, step);
                            if ((step.metrics().step() + 1) % SAVE_EVERY == 0) {
                                policy.save(directory);
                            }
                        }
                    })
                    .build()
                    .run();
        }
    }

    private static void report(String stage, TrainingEvent.SupervisedStepCompleted event) {
        if ((event.metrics().step() + 1) % 100 == 0) {
            System.out.printf(
                    "%s: step %d of %d, loss %.4f nats, %s left%n",
                    stage,
                    event.metrics().step() + 1,
                    event.progress().total(),
                    event.metrics().loss(),
                    event.progress().remaining());
        }
    }

    /** Returns the same weights in bfloat16, at half the size. */
    private static void shrink(Path source, Path target) {
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            CheckpointWriter.write(target, source, checkpoint.layout(), DType.BF16, spec -> {
                FloatBuffer weights = FloatBuffer.allocate(Math.toIntExact(spec.size()));
                checkpoint.read(spec, weights);
                return weights.rewind();
            });
        }
    }
}
