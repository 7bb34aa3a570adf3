package org.rpt4j.spark;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerSpeculativeTaskSubmitted;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/** Counts the tasks that are done of each stage that runs, with the description of its job. Thread-safe. */
final class TasksDone extends SparkListener {

    private record Stage(String description, int done) {}

    private final AtomicInteger speculated = new AtomicInteger();
    private final Map<Integer, Stage> running = new ConcurrentHashMap<>();

    /** Most tasks that are done of a running stage whose description has this text. */
    int of(String what) {
        return running.values().stream()
                .filter(stage -> stage.description().contains(what))
                .mapToInt(Stage::done)
                .max()
                .orElse(0);
    }

    /** Number of tasks that were started a second time because others were faster. */
    int speculated() {
        return speculated.get();
    }

    @Override
    public void onSpeculativeTaskSubmitted(SparkListenerSpeculativeTaskSubmitted event) {
        speculated.incrementAndGet();
    }

    @Override
    public void onStageSubmitted(SparkListenerStageSubmitted event) {
        String description = event.properties().getProperty("spark.job.description", "");
        running.put(event.stageInfo().stageId(), new Stage(description, 0));
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd event) {
        running.computeIfPresent(event.stageId(), (id, stage) -> new Stage(stage.description(), stage.done() + 1));
    }

    @Override
    public void onStageCompleted(SparkListenerStageCompleted event) {
        running.remove(event.stageInfo().stageId());
    }
}
