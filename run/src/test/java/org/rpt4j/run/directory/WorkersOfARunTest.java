package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.core.train.TinyWorld;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.TrainingListener;
import org.rpt4j.run.report.RunReport;

/** What a cluster computes for a run is recorded and reported. */
class WorkersOfARunTest {

    @TempDir
    private Path folder;

    private Path run() {
        return folder.resolve("runs/first");
    }

    private RunRecorder recorder() {
        return RunDirectory.create(run(), RunRecorderTest.RECORD, List.of(RecordedSetting.given("steps", "5", "test")))
                .recorder(RunRecorderTest.DECODER, RunRecorderTest.FEW);
    }
    /** Each step costs the time since the step before it, not since the run began. */
    @Test
    void theTimeOfExecutorsIsRecordedStepByStepAndReportedByExecutor() throws IOException {
        AtomicLong seconds = new AtomicLong(5);
        try (RunRecorder recorder = recorder()) {
            recorder.countWorkers(() -> List.of(
                    new WorkerUse("executor 1 on a", 7, 2, 3 << 20),
                    new WorkerUse("executor 2 on b", 9, seconds.get(), 0)));
            RunRecorderTest.train(TinyWorld.halfTrainedPolicy(), 2, recorder, new TrainingListener() {
                @Override
                public void rolloutsSampled(TrainingEvent.RolloutsSampled event) {
                    seconds.addAndGet(4);
                }
            });
        }
        RecordedRun run = RecordedRun.open(run());
        assertThat(run.steps())
                .extracting(step -> step.value(StepValues.EXECUTOR_SECONDS))
                .containsExactly(4.0, 4.0);
        assertThat(run.workers())
                .containsExactly(
                        new WorkerUse("executor 1 on a", 7, 2, 3 << 20), new WorkerUse("executor 2 on b", 9, 13, 0));
        Path report = folder.resolve("report.html");
        RunReport.write(run, report);
        assertThat(report)
                .content()
                .contains(
                        "Executors of the cluster computed for 8 s",
                        "executor 2 on b",
                        "<td>13.0</td>",
                        "<td>3.0</td>");
    }

    @Test
    void aRunWithoutAClusterSaysNothingOfExecutors() throws IOException {
        try (RunRecorder recorder = recorder()) {
            recorder.countWorkers(List::of);
            RunRecorderTest.train(TinyWorld.halfTrainedPolicy(), 1, recorder);
        }
        RecordedRun run = RecordedRun.open(run());
        assertThat(run.steps().get(0).values()).doesNotContainKey(StepValues.EXECUTOR_SECONDS);
        assertThat(run.workers()).isEmpty();
        Path report = folder.resolve("report.html");
        RunReport.write(run, report);
        assertThat(report).content().doesNotContainIgnoringCase("executor");
    }
}
