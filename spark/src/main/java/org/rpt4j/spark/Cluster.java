package org.rpt4j.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.LongAccumulator;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.OperationCancelledException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs chunks of items as Spark tasks, one chunk each, and brings the answers into their order. Thread-safe. */
final class Cluster {

    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);

    /** Of every backend in this JVM: an executor closes the models of owners that are not here. */
    private static final Set<String> OPEN_OWNERS = ConcurrentHashMap.newKeySet();

    private static final AtomicLong CALLS = new AtomicLong();

    private static final List<String> RESTORED = List.of("spark.job.interruptOnCancel", "spark.job.description");

    private static final int WATCH_SECONDS = 1;

    private final JavaSparkContext context;
    private final ClusterOptions options;
    private final TreeMap<String, WorkerUse> uses = new TreeMap<>();
    private @Nullable Answer first;

    Cluster(JavaSparkContext context, ClusterOptions options) {
        this.context = context;
        this.options = options;
    }

    /** Number of tasks that run at a time, as far as the driver knows; at least 1. */
    int slots() {
        int perTask = context.getConf().getInt("spark.task.cpus", 1);
        return Math.max(1, context.defaultParallelism() / perTask);
    }

    /** Registers a policy or a scorer: executors keep its models until it is closed. */
    void opened(String owner) {
        OPEN_OWNERS.add(owner);
    }

    /** Lets executors close its models, with the next call at the latest. */
    void closed(String owner) {
        OPEN_OWNERS.remove(owner);
        if (context.isLocal()) {
            ExecutorModels.HERE.close(owner);
        }
    }

    /**
     * Computes chunks and waits for all.
     *
     * @param what is computed, for Spark's pages and for messages
     * @param chunks items as the operation reads them
     * @return the answers, one per chunk, in the same order
     * @throws OperationCancelledException if the thread is interrupted; the tasks are cancelled
     * @throws RuntimeException the error of an executor
     */
    List<WireReader> run(String what, RemoteModel model, Operation operation, List<byte[]> chunks) {
        return run(what, model, operation, chunks, null);
    }

    /** Learns on the thread of the caller how far a job is. */
    @FunctionalInterface
    interface Watch {

        /**
         * Some chunks are computed.
         *
         * @param chunks how many
         * @param amount sum of the numbers with which their answers begin
         */
        void completed(long chunks, long amount);
    }

    /** What the tasks of the next job have in common. */
    Call call(RemoteModel model, Operation operation) {
        return new Call(CALLS.incrementAndGet(), OPEN_OWNERS, options.idleSeconds(), model, operation);
    }

    /** A partition for each item. */
    JavaRDD<byte[]> spread(List<byte[]> items) {
        return context.parallelize(items, Math.max(1, items.size()));
    }

    /** What the bits of the first answer depended on; empty before it. */
    synchronized String fingerprint() {
        return first == null ? "" : first.fingerprint();
    }

    /** @param watch of an operation whose answers begin with a number */
    List<WireReader> run(
            String what, RemoteModel model, Operation operation, List<byte[]> chunks, @Nullable Watch watch) {
        Call call = call(model, operation);
        List<byte[]> numbered = new ArrayList<>(chunks.size());
        for (byte[] chunk : chunks) {
            byte[] index = new WireWriter().whole(numbered.size()).bytes();
            byte[] both = new byte[index.length + chunk.length];
            System.arraycopy(index, 0, both, 0, index.length);
            System.arraycopy(chunk, 0, both, index.length, chunk.length);
            numbered.add(both);
        }
        return inOrder(
                collect(what, call, numbered, watch),
                chunks.stream().map(operation::count).toList());
    }

    private List<byte[]> collect(String what, Call call, List<byte[]> chunks, @Nullable Watch watch) {
        LongAccumulator amounts = watch == null ? null : context.sc().longAccumulator();
        JavaFutureAction<List<byte[]>> job = submit(what, call, chunks, amounts);
        try {
            if (watch == null || amounts == null) {
                return job.get();
            }
            while (!job.isDone()) {
                await(job);
                watch.completed(amounts.count(), amounts.sum());
            }
            return job.get();
        } catch (InterruptedException e) {
            job.cancel(true);
            Thread.currentThread().interrupt();
            throw new OperationCancelledException(what + " was interrupted", e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw failure(what, cause);
        } catch (RuntimeException | Error e) {
            job.cancel(true);
            throw e;
        }
    }

    private static void await(JavaFutureAction<?> job) throws InterruptedException, ExecutionException {
        try {
            job.get(WATCH_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return; // it goes on
        }
    }

    private JavaFutureAction<List<byte[]>> submit(
            String what, Call call, List<byte[]> chunks, @Nullable LongAccumulator amounts) {
        List<@Nullable String> before =
                new ArrayList<>(RESTORED.stream().map(context::getLocalProperty).toList());
        context.setLocalProperty("spark.job.interruptOnCancel", "true");
        context.setLocalProperty("spark.job.description", "rpt4j " + what);
        try {
            return spread(chunks).map(new ExecutorTask(call.bytes(), amounts)).collectAsync();
        } catch (IllegalStateException e) {
            throw new BackendFailureException(
                    "cannot compute " + what + ": " + e.getMessage()
                            + ". Keep the SparkContext open as long as the backend.",
                    e);
        } finally {
            for (int i = 0; i < RESTORED.size(); i++) {
                context.setLocalProperty(RESTORED.get(i), before.get(i));
            }
        }
    }

    private static BackendFailureException failure(String what, Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        String remedy = message.contains("ClassNotFoundException") || message.contains("NoClassDefFoundError")
                ? ". Put rpt4j-spark, with all it needs, on the class path of the executors: spark-submit --jars,"
                        + " spark.executor.extraClassPath, or an assembly that has it."
                : "";
        int end = message.indexOf("Driver stacktrace");
        return new BackendFailureException(
                "the cluster could not compute " + what + ": " + (end < 0 ? message : message.substring(0, end)).strip()
                        + remedy,
                cause);
    }

    /**
     * Checks that every answer is there once, and that the bits of all depend on the same.
     *
     * @param items number of items of each chunk
     */
    List<WireReader> inOrder(List<byte[]> collected, List<Integer> items) {
        List<WireReader> answers = new ArrayList<>(collected.size());
        for (byte[] bytes : collected) {
            Answer answer = Answer.read(bytes);
            if (answer.index() != answers.size()) {
                throw new BackendFailureException("answer " + answers.size() + " of " + collected.size()
                        + " is that of chunk " + answer.index() + " [" + answer.executor() + "]");
            }
            accept(answer, items.get(answer.index()));
            answers.add(answer.answers());
        }
        return answers;
    }

    private synchronized void accept(Answer answer, int items) {
        if (first == null) {
            first = answer;
            LOG.info("Results are those of {}", answer.fingerprint());
        } else if (!options.mixedExecutors()) {
            Fingerprint.requireSame(answer.executor(), answer.fingerprint(), first.executor(), first.fingerprint());
        }
        WorkerUse use = new WorkerUse(answer.executor(), items, answer.millis() / 1e3, answer.fetchedBytes());
        uses.merge(answer.executor(), use, Cluster::sum);
    }

    private static WorkerUse sum(WorkerUse one, WorkerUse other) {
        return new WorkerUse(
                one.name(),
                one.items() + other.items(),
                one.seconds() + other.seconds(),
                one.fetchedBytes() + other.fetchedBytes());
    }

    /** What each executor computed so far, in the order of their names. */
    synchronized List<WorkerUse> uses() {
        return List.copyOf(uses.values());
    }
}
