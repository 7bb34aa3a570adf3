package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.tck.TinyModel;

class BatchPlanTest {

    private static final int[] LENGTHS = {3, 31, 7, 7, 1, 30, 12};

    @TempDir
    private Path folder;

    private static List<int[]> batches(BatchPlan plan) {
        return plan.batches(LENGTHS.length, i -> LENGTHS[i]);
    }

    @Test
    void unpaddedBatchesAreSingleSequencesInOrder() {
        assertThat(batches(BatchPlan.unpadded()))
                .hasSize(7)
                .allSatisfy(batch -> assertThat(batch).hasSize(1));
        assertThat(batches(BatchPlan.unpadded()).get(4)).containsExactly(4);
    }

    @Test
    void sortedBatchesHoldSimilarLengthsWithinTheBudget() {
        List<int[]> batches = batches(BatchPlan.sorted(62));

        assertThat(batches.get(0)).containsExactly(1, 5);
        assertThat(batches.stream().flatMapToInt(Arrays::stream).sorted())
                .containsExactlyElementsOf(IntStream.range(0, 7).boxed().toList());
        assertThat(batches)
                .allSatisfy(batch -> assertThat(batch.length
                                * Arrays.stream(batch)
                                        .map(i -> LENGTHS[i])
                                        .max()
                                        .orElseThrow())
                        .isLessThanOrEqualTo(62));
    }

    @Test
    void aSequenceBeyondTheBudgetIsABatchOfItsOwn() {
        assertThat(batches(BatchPlan.sorted(5)).get(0)).containsExactly(1);
        assertThat(BatchPlan.sorted(5).batches(0, i -> 1)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void paddingAndOrderDoNotChangeAScore(GraphForm form) {
        Path checkpoint = TinyModel.LLAMA.write(folder.resolve("checkpoint")).directory();
        Path file = folder.resolve("onnx/model.onnx");
        OnnxExporter.export(checkpoint, file, form);
        List<int[]> sequences = IntStream.range(0, LENGTHS.length)
                .mapToObj(i -> Scores.tokens(37, LENGTHS[i], i))
                .toList();

        Scores.assertClose(
                score(file, sequences, BatchPlan.sorted(62)), score(file, sequences, BatchPlan.unpadded()), 1e-5);
    }

    private static List<TokenScores> score(Path file, List<int[]> sequences, BatchPlan plan) {
        try (LanguageModel model = OnnxModel.open(file, ModelSource.directory(file));
                OnnxProxyScorer scorer = OnnxProxyScorer.open(model, BackendOptions.DEFAULTS, plan)) {
            return scorer.score(sequences, ScoringOptions.DEFAULTS);
        }
    }

    @Test
    void theBudgetIsAPropertyAndMustBeANumber() {
        Path checkpoint = TinyModel.LLAMA.write(folder.resolve("checkpoint")).directory();
        System.setProperty("rpt4j.onnx.batchTokens", "many");
        try {
            assertThatThrownBy(() -> Scores.with(checkpoint, List.of(), ScoringOptions.DEFAULTS))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("rpt4j.onnx.batchTokens is \"many\"");
            System.setProperty("rpt4j.onnx.batchTokens", "64");
            Scores.assertAgrees(checkpoint, checkpoint, 37, 32);
        } finally {
            System.clearProperty("rpt4j.onnx.batchTokens");
        }
    }

    @Test
    void logitsAreHeldForABoundedNumberOfRows() {
        assertThat(OnnxProxyScorer.chunkRows(152_000)).isEqualTo(55);
        assertThat(OnnxProxyScorer.chunkRows(32_000)).isEqualTo(262);
        assertThat(OnnxProxyScorer.chunkRows(512)).isEqualTo(512);
        assertThat(OnnxProxyScorer.chunkRows(10_000_000)).isEqualTo(32);
    }
}
