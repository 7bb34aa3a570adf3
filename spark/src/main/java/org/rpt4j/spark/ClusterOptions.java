package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Assigned;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;

/**
 * How work is spread over a cluster. Results do not depend on it if the bits of the inner backend do not depend on the
 * composition of a batch, except where {@link #mixedExecutors()} says so.
 * Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class ClusterOptions {

    public static final Setting<Integer> PROMPTS_PER_TASK = Setting.whole("prompts-per-task", Range.atLeast(1))
            .says("Prompts that one Spark task samples or gives log-probabilities for.")
            .in("prompts")
            .or(4);

    public static final Setting<Integer> SEQUENCES_PER_TASK = Setting.whole("sequences-per-task", Range.atLeast(1))
            .says("Sequences that one Spark task scores.")
            .in("sequences")
            .or(4);

    public static final Setting<Path> SHARED_DIRECTORY = Setting.<Path>of("shared-directory", Path.class)
            .says("A directory that the driver and every executor see under the same path, for the files of models."
                    + " Without one, executors fetch them from the driver over HTTP.")
            .orNone();

    public static final Setting<Integer> WEIGHTS_PORT = Setting.whole("weights-port", Range.between(0, 65535))
            .says("Port at which the driver serves the files of models; 0 takes a free one.")
            .or(0);

    public static final Setting<Integer> IDLE_SECONDS = Setting.whole("idle-seconds", Range.atLeast(1))
            .says("Time after which an executor closes a model that nobody uses.")
            .in("seconds")
            .or(600);

    public static final Setting<Integer> GRADIENT_MIB = Setting.whole("gradient-mib", Range.atLeast(1))
            .says(
                    "Most MiB of the gradient of one shard, which an executor sends to the driver for every shard of every"
                            + " update. The gradient of an adapter is never refused.")
            .in("MiB")
            .or(256);

    public static final Setting<Boolean> CUT_ON_DRIVER = Setting.<Boolean>of("cut-on-driver", Boolean.class)
            .says("Whether a stop condition that does not travel to executors is allowed: they sample each rollout to"
                    + " its stop token or limit, and the driver cuts it. The same rollouts for more work.")
            .or(false);

    public static final Setting<Boolean> MIXED_EXECUTORS = Setting.<Boolean>of("mixed-executors", Boolean.class)
            .says("Whether executors may differ in what the bits of a result depend on: version, instruction set,"
                    + " threads. Results then agree within the tolerance of the arithmetic only, and a task that runs"
                    + " again elsewhere may sample other tokens.")
            .or(false);

    public static final Setting<String> PARTS_DIRECTORY = Setting.<String>of("parts-directory", String.class)
            .mustBe("a directory of Hadoop, such as hdfs://host/parts", text -> !text.isBlank())
            .says("Directory in which executors write the parts of a dataset, and the driver joins them: a path or URI"
                    + " of Hadoop that all machines see. What is there after an interruption is not computed again.")
            .orNone();

    public static final Setting<Integer> BLOCKS_PER_PART = Setting.whole("blocks-per-part", Range.atLeast(1))
            .says("Blocks of 256 KiB of text in one part of a dataset, which one task scores.")
            .in("blocks")
            .or(16);

    /** {@link #PARTS_DIRECTORY} for messages. */
    static final String PARTS = SparkSettings.PREFIX + PARTS_DIRECTORY.name();

    /** Four prompts or sequences per task, files from the driver, executors of one kind. */
    public static final ClusterOptions DEFAULTS = builder().build();

    private final int promptsPerTask;
    private final int sequencesPerTask;
    private final @Nullable Path sharedDirectory;
    private final int weightsPort;
    private final int idleSeconds;
    private final int gradientMib;
    private final boolean cutOnDriver;
    private final boolean mixedExecutors;
    private final @Nullable String partsDirectory;
    private final int blocksPerPart;

    private ClusterOptions(Builder builder) {
        this.promptsPerTask = builder.promptsPerTask;
        this.sequencesPerTask = builder.sequencesPerTask;
        this.sharedDirectory = builder.sharedDirectory;
        this.weightsPort = builder.weightsPort;
        this.idleSeconds = builder.idleSeconds;
        this.gradientMib = builder.gradientMib;
        this.cutOnDriver = builder.cutOnDriver;
        this.mixedExecutors = builder.mixedExecutors;
        this.partsDirectory = builder.partsDirectory;
        this.blocksPerPart = builder.blocksPerPart;
    }

    /** Returns a builder that starts from the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Returns a builder that starts from these values. */
    public Builder toBuilder() {
        return new Builder(this);
    }

    /** Prompts that one task samples or gives log-probabilities for. */
    public int promptsPerTask() {
        return promptsPerTask;
    }

    /** Sequences that one task scores. */
    public int sequencesPerTask() {
        return sequencesPerTask;
    }

    /** A directory that all machines see under this path; empty if the driver serves the files of models. */
    public Optional<Path> sharedDirectory() {
        return Optional.ofNullable(sharedDirectory);
    }

    /** Port at which the driver serves the files of models; 0 for a free one. */
    public int weightsPort() {
        return weightsPort;
    }

    /** Seconds after which an executor closes a model that nobody uses. */
    public int idleSeconds() {
        return idleSeconds;
    }

    /** Most MiB of the gradient of one shard, unless it is that of an adapter. */
    public int gradientMib() {
        return gradientMib;
    }

    /** Whether the driver may apply a stop condition that does not travel, to rollouts that were sampled without it. */
    public boolean cutOnDriver() {
        return cutOnDriver;
    }

    /** Whether executors may differ in what the bits of a result depend on. */
    public boolean mixedExecutors() {
        return mixedExecutors;
    }

    /** Where executors write the parts of a dataset; empty for {@code .parts} beside its file. */
    public Optional<String> partsDirectory() {
        return Optional.ofNullable(partsDirectory);
    }

    /** Blocks of 256 KiB of text in one part of a dataset. */
    public int blocksPerPart() {
        return blocksPerPart;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClusterOptions that && values().equals(that.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "ClusterOptions" + values();
    }

    private List<Assigned> values() {
        return List.of(
                PROMPTS_PER_TASK.is(promptsPerTask),
                SEQUENCES_PER_TASK.is(sequencesPerTask),
                SHARED_DIRECTORY.is(sharedDirectory),
                WEIGHTS_PORT.is(weightsPort),
                IDLE_SECONDS.is(idleSeconds),
                GRADIENT_MIB.is(gradientMib),
                CUT_ON_DRIVER.is(cutOnDriver),
                MIXED_EXECUTORS.is(mixedExecutors),
                PARTS_DIRECTORY.is(partsDirectory),
                BLOCKS_PER_PART.is(blocksPerPart));
    }

    /** Each setter rejects a value outside its range. Not thread-safe. */
    public static final class Builder {

        private int promptsPerTask = PROMPTS_PER_TASK.byDefault();
        private int sequencesPerTask = SEQUENCES_PER_TASK.byDefault();
        private @Nullable Path sharedDirectory;
        private int weightsPort = WEIGHTS_PORT.byDefault();
        private int idleSeconds = IDLE_SECONDS.byDefault();
        private int gradientMib = GRADIENT_MIB.byDefault();
        private boolean cutOnDriver = CUT_ON_DRIVER.byDefault();
        private boolean mixedExecutors = MIXED_EXECUTORS.byDefault();
        private @Nullable String partsDirectory;
        private int blocksPerPart = BLOCKS_PER_PART.byDefault();

        private Builder() {}

        private Builder(ClusterOptions values) {
            this.promptsPerTask = values.promptsPerTask;
            this.sequencesPerTask = values.sequencesPerTask;
            this.sharedDirectory = values.sharedDirectory;
            this.weightsPort = values.weightsPort;
            this.idleSeconds = values.idleSeconds;
            this.gradientMib = values.gradientMib;
            this.cutOnDriver = values.cutOnDriver;
            this.mixedExecutors = values.mixedExecutors;
            this.partsDirectory = values.partsDirectory;
            this.blocksPerPart = values.blocksPerPart;
        }

        public Builder promptsPerTask(int promptsPerTask) {
            this.promptsPerTask = PROMPTS_PER_TASK.check(promptsPerTask);
            return this;
        }

        public Builder sequencesPerTask(int sequencesPerTask) {
            this.sequencesPerTask = SEQUENCES_PER_TASK.check(sequencesPerTask);
            return this;
        }

        public Builder sharedDirectory(Path sharedDirectory) {
            this.sharedDirectory = SHARED_DIRECTORY.check(sharedDirectory);
            return this;
        }

        public Builder weightsPort(int weightsPort) {
            this.weightsPort = WEIGHTS_PORT.check(weightsPort);
            return this;
        }

        public Builder idleSeconds(int idleSeconds) {
            this.idleSeconds = IDLE_SECONDS.check(idleSeconds);
            return this;
        }

        public Builder gradientMib(int gradientMib) {
            this.gradientMib = GRADIENT_MIB.check(gradientMib);
            return this;
        }

        public Builder cutOnDriver(boolean cutOnDriver) {
            this.cutOnDriver = CUT_ON_DRIVER.check(cutOnDriver);
            return this;
        }

        public Builder mixedExecutors(boolean mixedExecutors) {
            this.mixedExecutors = MIXED_EXECUTORS.check(mixedExecutors);
            return this;
        }

        public Builder partsDirectory(String partsDirectory) {
            this.partsDirectory = PARTS_DIRECTORY.check(partsDirectory);
            return this;
        }

        public Builder blocksPerPart(int blocksPerPart) {
            this.blocksPerPart = BLOCKS_PER_PART.check(blocksPerPart);
            return this;
        }

        /** Builds the options. */
        public ClusterOptions build() {
            return new ClusterOptions(this);
        }
    }
}
