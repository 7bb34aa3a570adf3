package org.rpt4j.backend.onnx.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.backend.onnx.Scores;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyFamily;
import org.rpt4j.tck.TinyModel;

class OnnxQuantizerTest {

    @TempDir
    private Path folder;

    private Path exported(TinyModel model, GraphForm form) {
        Path file = folder.resolve("exact/model.onnx");
        OnnxExporter.export(model.write(folder.resolve("checkpoint")).directory(), file, form);
        return file;
    }

    @ParameterizedTest
    @EnumSource
    void aQuantisedModelScoresAlmostTheSame(TinyModel model) throws IOException {
        Path exact = exported(model, GraphForm.FAST);
        Path small = folder.resolve("int8/model.onnx");
        OnnxQuantizer.quantize(exact, small);

        ScoreComparison comparison = new ScoreComparison(List.of(1.0, 2.0));
        List<int[]> sequences = Scores.sequences(37, 32);
        List<TokenScores> before = Scores.with(exact, sequences, ScoringOptions.DEFAULTS);
        List<TokenScores> after = Scores.with(small, sequences, ScoringOptions.DEFAULTS);
        for (int i = 0; i < before.size(); i++) {
            comparison.add(before.get(i), after.get(i));
        }
        assertThat(comparison.tokens()).isEqualTo(8 + 31 + 1);
        // Random weights amplify rounding; a wrong scale, column or order would give errors on the order of 1.
        assertThat(comparison.meanAbsoluteError()).isBetween(1e-5, 0.1);
        assertThat(LanguageModelGraph.of("int8", ModelFile.read(small).model()).head())
                .as("only chunks of logits are held")
                .isPresent();
        assertThat(ModelFile.read(small).model().getGraph().getNodeList())
                .extracting(node -> node.getOpType())
                .contains("MatMulInteger")
                .doesNotContain("MatMul", "Gemm");
    }

    @Test
    void expertsAreQuantisedAndTheirRouterIsNot() throws IOException {
        Path exact = folder.resolve("exact/model.onnx");
        OnnxExporter.export(
                TinyFamily.QWEN3_MOE.write(folder.resolve("checkpoint")).directory(), exact, GraphForm.FAST);
        Path small = folder.resolve("int8/model.onnx");
        OnnxQuantizer.quantize(exact, small);

        List<int[]> sequences = Scores.sequences(37, 32);
        ScoreComparison comparison = new ScoreComparison(List.of(1.0, 2.0));
        List<TokenScores> before = Scores.with(exact, sequences, ScoringOptions.DEFAULTS);
        List<TokenScores> after = Scores.with(small, sequences, ScoringOptions.DEFAULTS);
        for (int i = 0; i < before.size(); i++) {
            comparison.add(before.get(i), after.get(i));
        }
        assertThat(comparison.meanAbsoluteError()).isBetween(1e-5, 0.1);
        assertThat(ModelFile.read(small).model().getGraph().getNodeList())
                .filteredOn(node -> node.getOpType().equals("MatMul"))
                .extracting(node -> node.getInput(1))
                .containsExactly("model.layers.0.mlp.gate.weight", "model.layers.1.mlp.gate.weight");
    }

    @Test
    void bytesAndScalesGiveTheMatrixBack() throws IOException {
        Path exact = exported(TinyModel.LLAMA, GraphForm.PORTABLE);
        ModelFile file = ModelFile.read(exact);
        var matrix = file.model().getGraph().getInitializerList().stream()
                .filter(tensor -> tensor.getName().equals("model.layers.0.mlp.up_proj.weight"))
                .findFirst()
                .orElseThrow();
        float[][] original = new float[24][];
        for (boolean transposed : new boolean[] {false, true}) {
            Int8Matrix quantised = new Int8Matrix(matrix, transposed);
            var bytes = new ByteArrayOutputStream();
            float[] scales;
            try (StoredTensors tensors = new StoredTensors(file)) {
                int[] row = {0};
                tensors.rows(matrix, values -> original[row[0]++] = values.clone());
                scales = quantised.write(tensors, bytes);
            }
            for (int k = 0; k < quantised.rows(); k++) {
                for (int n = 0; n < quantised.columns(); n++) {
                    float expected = transposed ? original[n][k] : original[k][n];
                    float found = scales[n] * bytes.toByteArray()[k * quantised.columns() + n];
                    assertThat(found).isCloseTo(expected, within(scales[n] / 1.99f));
                }
            }
        }
    }

    @Test
    void aQuantisedExportInTheFastFormGenerates() {
        Path exact = exported(TinyModel.QWEN3, GraphForm.FAST);
        Path small = folder.resolve("int8/model.onnx");
        OnnxQuantizer.quantize(exact, small);

        try (Backend backend = Backends.open("onnx");
                Policy policy = backend.openPolicy(ModelSource.directory(small))) {
            var group = policy.generate(
                            List.of(new Prompt(1, new int[] {1, 2, 3})),
                            SamplingOptions.greedy(5).toBuilder().groupSize(2).build())
                    .get(0);
            assertThat(group.rollouts()).hasSize(2).allSatisfy(rollout -> {
                assertThat(rollout.length()).isEqualTo(5);
                assertThat(Arrays.stream(rollout.logProbs()).boxed()).allMatch(value -> value < 0);
            });
        }
    }

    @Test
    void aQuantisedModelIsSmaller() throws IOException {
        Path exact = exported(TinyModel.QWEN3, GraphForm.FAST);
        Path small = folder.resolve("int8/model.onnx");
        OnnxQuantizer.quantize(exact, small);

        assertThat(ModelFiles.dataFile(small)).isRegularFile();
        long before = ModelFile.read(exact).model().getGraph().getInitializerList().stream()
                .mapToLong(StoredTensors::length)
                .sum();
        long after = ModelFile.read(small).model().getGraph().getInitializerList().stream()
                .mapToLong(StoredTensors::length)
                .sum();
        assertThat(after).isLessThan(before / 2);
    }

    @Test
    void aQuantisedModelIsNotQuantisedAgainAndNothingIsOverwritten() throws IOException {
        Path exact = exported(TinyModel.QWEN2, GraphForm.FAST);
        Path small = folder.resolve("int8/model.onnx");
        OnnxQuantizer.quantize(exact, small);

        assertThatThrownBy(() -> OnnxQuantizer.quantize(exact, small))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("already exists");
        assertThatThrownBy(() -> OnnxQuantizer.quantize(small, folder.resolve("again/model.onnx")))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining("nothing to quantise");
        Files.writeString(exact, "text");
        assertThatThrownBy(() -> OnnxQuantizer.quantize(exact, folder.resolve("text/model.onnx")))
                .isInstanceOf(ModelFormatException.class);
        assertThat(folder.resolve("text")).doesNotExist();
    }
}
