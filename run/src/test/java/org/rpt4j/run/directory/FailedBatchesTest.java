package org.rpt4j.run.directory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.phase.Phase;
import org.rpt4j.core.rollout.FailedBatch;
import org.rpt4j.core.train.TrainingEvent;

class FailedBatchesTest {

    @TempDir
    private Path folder;

    private Path run() {
        return folder.resolve("runs/first");
    }

    private RunRecorder recorder() {
        return RunDirectory.create(run(), RunRecorderTest.RECORD, List.of())
                .recorder(RunRecorderTest.DECODER, RunRecorderTest.FEW);
    }

    @Test
    void aFewBatchesWithWhichSomethingWentWrongAreKept() throws IOException {
        TokenBatch tokens = TokenBatch.builder(0.8)
                .add(new int[] {4}, List.of(new int[] {2, 8}))
                .build();
        FailedBatch batch = new FailedBatch(
                Phase.UPDATE,
                "NON_FINITE_LOSS",
                "the loss is NaN",
                List.of(-7L),
                tokens,
                Map.of(
                        FailedBatch.SAMPLED, TokenValues.of(tokens, new double[] {-1, Double.NaN}),
                        FailedBatch.REWARD, TokenValues.of(tokens, new double[] {1, 1}),
                        FailedBatch.ADVANTAGE,
                                TokenValues.of(
                                        tokens, new double[] {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY})));
        try (RunRecorder recorder = recorder()) {
            for (long step : new long[] {3, 3, 5}) {
                recorder.onEvent(new TrainingEvent.BatchFailed(step, batch));
            }
        }
        FailedBatches again = new FailedBatches(run(), 2);
        for (int i = 0; i < 2; i++) {
            again.keep(new TrainingEvent.BatchFailed(3, batch));
        }
        Path kept = run().resolve(FailedBatches.FOLDER);
        assertThat(kept.resolve("step-000000003.json")).content().contains("\"NaN\"", "\"-Infinity\"");
        assertThat(kept.resolve("step-000000003-2.json")).hasSameTextualContentAs(kept.resolve("step-000000003.json"));
        assertThat(kept).isDirectoryNotContaining("glob:**step-000000005*").isDirectoryNotContaining("glob:**-3.json");
        FailedBatch read = FailedBatchJson.read(kept.resolve("step-000000003.json"));
        assertThat(read.groups()).containsExactly(-7L);
        assertThat(read.values().get(FailedBatch.SAMPLED).values()).containsExactly(-1, Double.NaN);
        assertThat(read.tokens().completionTokenCount()).isEqualTo(2);
        assertThat(RecordedRun.open(run()).events())
                .extracting(EventRecord::kind)
                .containsOnly(EventRecord.Kind.BATCH_FAILED);
        assertThat(RecordedRun.open(run()).events().get(0).message())
                .contains("the loss is NaN", "1 groups with 3 tokens");
    }

    @Test
    void aBatchThatWouldFillTheDiskIsNotKept() {
        int[] endless = new int[5_000_000];
        FailedBatch batch = new FailedBatch(
                Phase.UPDATE,
                "NON_FINITE_LOSS",
                "the loss is NaN",
                List.of(1L),
                TokenBatch.builder(1).add(endless, List.of()).build(),
                Map.of());
        new FailedBatches(folder, 10).keep(new TrainingEvent.BatchFailed(1, batch));
        assertThat(folder.resolve(FailedBatches.FOLDER)).doesNotExist();
    }
}
