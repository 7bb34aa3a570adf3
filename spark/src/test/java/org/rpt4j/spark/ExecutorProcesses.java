package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** A cluster of two executors in processes of their own, started from the class path of this test. */
final class ExecutorProcesses implements AutoCloseable {

    private final JavaSparkContext context;
    private final TasksDone done = new TasksDone();

    /** @param onClassPath what executors have of the class path of the test */
    ExecutorProcesses(Predicate<String> onClassPath) {
        this(onClassPath, Map.of());
    }

    /** @param settings more settings of Spark */
    ExecutorProcesses(Predicate<String> onClassPath, Map<String, String> settings) {
        String executorClassPath = Arrays.stream(
                        System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(onClassPath)
                .collect(Collectors.joining(File.pathSeparator));
        prepareHome(Path.of(System.getenv("SPARK_HOME")));
        SparkConf conf = new SparkConf()
                .setMaster("local-cluster[2,1,512]")
                .setAppName("rpt4j cluster tests")
                .set("spark.ui.enabled", "false")
                .set("spark.driver.host", "127.0.0.1")
                .set("spark.driver.bindAddress", "127.0.0.1")
                .set("spark.executor.memory", "512m")
                .set("spark.executor.memoryOverhead", "1g")
                .set("spark.executor.extraClassPath", executorClassPath);
        settings.forEach(conf::set);
        this.context = new JavaSparkContext(conf);
        context.sc().addSparkListener(done);
    }

    /** Spark takes a folder with jars and a file RELEASE for an installation. */
    private static void prepareHome(Path home) {
        try {
            Files.createDirectories(home.resolve("jars"));
            if (!Files.exists(home.resolve("RELEASE"))) {
                Files.createFile(home.resolve("RELEASE"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JavaSparkContext context() {
        return context;
    }

    /** Waits until both executors are there, so that both compute. */
    void awaitBoth() {
        assertTimeoutPreemptively(Duration.ofMinutes(3), () -> {
            while (context.sc().statusTracker().getExecutorInfos().length < 3) { // with the driver
                Thread.sleep(50);
            }
        });
    }

    /** Number of tasks that Spark started a second time because others were faster. */
    int speculated() {
        return done.speculated();
    }

    /** Lets executors write no file beyond this size, as on a disk without room. */
    static void limitFiles(long bytes) throws Exception {
        for (ProcessHandle executor : running()) {
            Process limit = new ProcessBuilder("prlimit", "--pid", Long.toString(executor.pid()), "--fsize=" + bytes)
                    .inheritIO()
                    .start();
            assertThat(limit.waitFor()).as("exit status of prlimit").isZero();
        }
    }

    /** The executors: this process starts no others. */
    private static List<ProcessHandle> running() {
        return ProcessHandle.current().children().filter(ProcessHandle::isAlive).toList();
    }

    /**
     * Runs a job, and kills an executor, as {@code kill -9} does, when some of its tasks are done.
     *
     * @param what the description of the job of Spark has
     * @return what the job gives
     */
    <T> T withOneKilledAfter(String what, int tasks, Supplier<T> job) throws Exception {
        CompletableFuture<T> running = CompletableFuture.supplyAsync(job);
        boolean killed = false;
        while (!killed && !running.isDone()) {
            killed = done.of(what) >= tasks && kill();
            Thread.sleep(5);
        }
        T result = running.get();
        assertThat(killed).as("an executor was killed before the job ended").isTrue();
        return result;
    }

    private static boolean kill() {
        return running().stream()
                .findFirst()
                .map(ProcessHandle::destroyForcibly)
                .orElse(false);
    }

    @Override
    public void close() {
        context.close();
    }
}
