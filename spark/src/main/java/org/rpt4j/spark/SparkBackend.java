package org.rpt4j.spark;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.MemoryEstimate;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.api.Workload;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;
import org.rpt4j.spi.kit.OpenModels;
import org.rpt4j.spi.kit.UnsupportedOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Spark cluster as a backend. Rollouts, log-probabilities and scores are computed by another backend on the
 * executors, which open it by name; training is that backend's on the driver, with the weights published to the
 * executors at every version, and gradients are the executors' if they are computed by shards. Thread-safe.
 *
 * <p>Results have the bits of one process for any number of executors, partitions and retries, as long as the inner
 * backend's do not depend on the composition of a batch, and all executors are of one kind. An executor of another kind
 * is refused, unless {@link ClusterOptions#mixedExecutors()} allows it.
 *
 * <p>There are no sessions ({@link Capability#DECODE}).
 *
 * @since 0.1.0
 */
public final class SparkBackend implements Backend {

    /** The name in messages. */
    public static final String NAME = "spark";

    private static final Logger LOG = LoggerFactory.getLogger(SparkBackend.class);

    private final BackendProvider provider;
    private final BackendOptions driverOptions;
    private final ClusterOptions options;
    private final ExecutorMemory.Budget budget;
    private final GradientTraffic traffic;
    private final Cluster cluster;
    private final RemoteModels remote;
    private final OpenModels models = new OpenModels(NAME);

    /** Not that of the models: a call, which may need the local backend, and closing wait for each other there. */
    private final Object localLock = new Object();

    private @Nullable Backend local;
    private boolean localClosed;

    private SparkBackend(Builder builder) {
        UnsupportedOptions.refuseInt8Rollouts(NAME, builder.options);
        JavaSparkContext context = builder.context;
        SparkConf conf = context.getConf();
        this.provider = Backends.discover().provider(builder.backend);
        this.driverOptions = builder.options;
        this.options = builder.cluster;
        this.budget = ExecutorMemory.Budget.of(conf, context.isLocal());
        this.traffic = GradientTraffic.of(conf, context.isLocal(), options);
        this.cluster = new Cluster(context, options);
        this.remote = new RemoteModels(
                builder.backend, onExecutors(driverOptions, conf), new PublishedFiles(store(conf, options)));
    }

    /**
     * Starts to describe a backend over the executors of a context.
     *
     * @param context stays the caller's and must stay open; of a session, {@code
     *     JavaSparkContext.fromSparkContext(session.sparkContext())}
     * @param backend name of the inner backend, on the class path of the driver and of every executor
     */
    public static Builder builder(JavaSparkContext context, String backend) {
        return new Builder(context, backend);
    }

    /** A task gets the threads that Spark gives it. */
    private static BackendOptions onExecutors(BackendOptions options, SparkConf conf) {
        int perTask = conf.getInt("spark.task.cpus", 1);
        int perExecutor = conf.getInt("spark.executor.cores", perTask);
        if (perExecutor > perTask) {
            LOG.warn(
                    "spark.executor.cores is {} and spark.task.cpus {}: the tasks of an executor wait for its one"
                            + " model. Set spark.task.cpus to {}.",
                    perExecutor,
                    perTask,
                    perExecutor);
        }
        return options.threads() > 0
                ? options
                : options.toBuilder().threads(perTask).build();
    }

    private static WeightStore store(SparkConf conf, ClusterOptions options) {
        if (options.sharedDirectory().isPresent()) {
            String name = "rpt4j-" + conf.getAppId() + "-" + UUID.randomUUID();
            return new SharedWeights(options.sharedDirectory().get(), name);
        }
        String host = conf.get("spark.driver.host", "localhost");
        return new WeightServer(conf.get("spark.driver.bindAddress", host), host, options.weightsPort());
    }

    @Override
    public String name() {
        return NAME;
    }

    /** Those of the inner backend, without {@link Capability#DECODE}. */
    @Override
    public Set<Capability> capabilities() {
        return capabilities(provider);
    }

    static Set<Capability> capabilities(BackendProvider inner) {
        Set<Capability> all = EnumSet.noneOf(Capability.class);
        all.addAll(inner.capabilities());
        all.remove(Capability.DECODE);
        return all;
    }

    /** Those of the inner backend, which trains on the driver. */
    @Override
    public Set<String> optimizers() {
        return capabilities().contains(Capability.TRAIN) ? local().optimizers() : Set.of();
    }

    @Override
    public Policy openPolicy(ModelSource model) {
        if (!capabilities().contains(Capability.GENERATE) && !capabilities().contains(Capability.LOG_PROBS)) {
            return Backend.super.openPolicy(model);
        }
        return open(
                model,
                ExecutorRole.POLICY,
                (known, owner, memory, published) -> new SparkPolicy(
                        known.description(),
                        new ClusterCalls(cluster, options, known.limits(), memory),
                        published.model(),
                        () -> close(owner, memory, published)));
    }

    @Override
    public ProxyScorer openProxyScorer(ModelSource model) {
        if (!capabilities().contains(Capability.SCORE)) {
            return Backend.super.openProxyScorer(model);
        }
        return open(
                model,
                ExecutorRole.SCORER,
                (known, owner, memory, published) -> new SparkScorer(
                        known,
                        cluster,
                        options,
                        remote,
                        memory,
                        published.model(),
                        () -> close(owner, memory, published)));
    }

    /** A model that executors can fetch. */
    private record Published(RemoteModel model, Publication publication) {}

    @FunctionalInterface
    private interface Opening<M> {
        M open(RemoteModels.Known known, String owner, ExecutorMemory memory, Published published);
    }

    private <M extends OpenModels.Model> M open(ModelSource source, ExecutorRole role, Opening<M> opening) {
        return models.open(() -> {
            RemoteModels.Known known = RemoteModels.Known.of(source);
            String owner = UUID.randomUUID().toString();
            Publication publication = remote.publish(source);
            RemoteModel model = remote.model(owner, role, publication, source.acceptedConfigKeys());
            cluster.opened(owner);
            return opening.open(known, owner, memory(owner, source), new Published(model, publication));
        });
    }

    private void close(String owner, ExecutorMemory memory, Published published) {
        cluster.closed(owner);
        memory.forget();
        remote.files().release(published.publication().files());
    }

    /**
     * The policy of the inner backend on the driver, whose rollouts and log-probabilities the executors compute. {@link
     * TrainablePolicy#withoutAdapter()} is computed by the driver.
     */
    @Override
    public TrainablePolicy openTrainablePolicy(ModelSource model) {
        Capability needed = model.adapter().isPresent() ? Capability.ADAPT : Capability.TRAIN;
        if (!capabilities().contains(needed)) {
            return Backend.super.openTrainablePolicy(model);
        }
        return models.open(() -> {
            RemoteModels.Known known = RemoteModels.Known.of(model);
            String owner = UUID.randomUUID().toString();
            TrainablePolicy trained = local().openTrainablePolicy(model);
            try {
                ExecutorMemory memory = memory(owner, model);
                PublishedWeights weights = new PublishedWeights(trained, model, remote, owner);
                cluster.opened(owner);
                return new TrainableSparkPolicy(
                        trained,
                        new ClusterCalls(cluster, options, known.limits(), memory),
                        weights,
                        (gradients, lock, published) -> new ClusterGradients(
                                gradients,
                                cluster,
                                known.limits(),
                                memory,
                                published,
                                lock,
                                traffic.shardsPerJob(
                                        gradients.size(), model.adapter().isPresent())),
                        () -> {
                            cluster.closed(owner);
                            memory.forget();
                        });
            } catch (RuntimeException | Error e) {
                trained.close();
                throw e;
            }
        });
    }

    private ExecutorMemory memory(String owner, ModelSource source) {
        Function<Workload, Optional<MemoryEstimate>> estimates = work -> local().estimateMemory(source, List.of(work));
        return new ExecutorMemory(budget, owner, estimates);
    }

    /**
     * The memory of training on the driver. What runs on executors is compared with {@code
     * spark.executor.memoryOverhead} before each call.
     *
     * @return empty if the work does not train, or the inner backend cannot estimate its memory
     */
    @Override
    public Optional<MemoryEstimate> estimateMemory(ModelSource model, List<Workload> work) {
        return work.stream().anyMatch(each -> each.operation() == Capability.TRAIN)
                ? local().estimateMemory(model, work)
                : Optional.empty();
    }

    /** What each executor computed so far. */
    @Override
    public List<WorkerUse> workers() {
        return cluster.uses();
    }

    /** The inner backend on the driver, to train and to estimate. */
    private Backend local() {
        synchronized (localLock) {
            if (localClosed) {
                throw new IllegalStateException("the " + NAME + " backend is closed");
            }
            if (local == null) {
                local = Backends.open(provider.name(), driverOptions);
            }
            return local;
        }
    }

    @Override
    public void close() {
        models.close(() -> {
            try {
                closeLocal();
            } finally {
                remote.files().close();
            }
        });
    }

    private void closeLocal() {
        synchronized (localLock) {
            localClosed = true;
            if (local != null) {
                local.close();
            }
        }
    }

    /** Describes a backend over a cluster. Not thread-safe. */
    public static final class Builder {

        private final JavaSparkContext context;
        private final String backend;
        private BackendOptions options = BackendOptions.DEFAULTS;
        private ClusterOptions cluster = ClusterOptions.DEFAULTS;

        private Builder(JavaSparkContext context, String backend) {
            this.context = context;
            this.backend = backend;
        }

        /**
         * How the inner backend runs, on the driver and on executors. Without a number of threads, an executor takes
         * {@code spark.task.cpus}.
         */
        public Builder options(BackendOptions newOptions) {
            this.options = newOptions;
            return this;
        }

        /** How work is spread. */
        public Builder cluster(ClusterOptions newOptions) {
            this.cluster = newOptions;
            return this;
        }

        /**
         * Opens the backend. Nothing is sent to an executor before the first call.
         *
         * @throws org.rpt4j.api.error.BackendNotFoundException if the driver has no backend of that name
         * @throws org.rpt4j.api.error.UnsupportedCapabilityException if the options ask for rollouts of rounded weights
         * @throws org.rpt4j.api.error.StorageException if the files of models cannot be made available
         */
        public SparkBackend build() {
            return new SparkBackend(this);
        }
    }
}
