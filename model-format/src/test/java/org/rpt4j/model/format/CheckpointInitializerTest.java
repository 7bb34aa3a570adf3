package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

class CheckpointInitializerTest {

    @TempDir
    Path directory;

    private static ModelConfig wide() {
        return new ModelConfig(
                Architecture.QWEN2,
                300,
                64,
                128,
                2,
                4,
                2,
                16,
                64,
                1e-6,
                10_000,
                new RopeScaling.None(),
                true,
                true,
                false,
                false,
                List.of());
    }

    private static float[] read(Checkpoint checkpoint, int index) {
        WeightSpec spec = checkpoint.layout().all().get(index);
        FloatBuffer values = FloatBuffer.allocate((int) spec.size());
        checkpoint.read(spec, values);
        return values.array();
    }

    private static void assertNormal(float[] values, double deviation) {
        double sum = 0;
        double squares = 0;
        int within = 0;
        for (float value : values) {
            sum += value;
            squares += (double) value * value;
            within += Math.abs(value) < deviation ? 1 : 0;
        }
        // Four standard errors of the mean, of the deviation and of the share within one deviation, 0.6827.
        double n = values.length;
        assertThat(sum / n).isCloseTo(0, within(4 * deviation / Math.sqrt(n)));
        assertThat(Math.sqrt(squares / n)).isCloseTo(deviation, within(4 * deviation / Math.sqrt(2 * n)));
        assertThat(within / n).isCloseTo(0.6827, within(4 * 0.4655 / Math.sqrt(n)));
    }

    @Test
    void matricesAreNormalNormsOneAndBiasesZero() {
        CheckpointInitializer.initialize(directory, wide(), 11);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            WeightLayout layout = checkpoint.layout();
            assertNormal(read(checkpoint, WeightLayout.EMBEDDING), 0.02);
            assertThat(read(checkpoint, WeightLayout.FINAL_NORM)).containsOnly(1);
            for (int layer = 0; layer < 2; layer++) {
                assertNormal(read(checkpoint, layout.index(layer, LayerWeight.QUERY)), 0.02);
                assertNormal(read(checkpoint, layout.index(layer, LayerWeight.GATE)), 0.02);
                assertNormal(read(checkpoint, layout.index(layer, LayerWeight.OUTPUT)), 0.01);
                assertNormal(read(checkpoint, layout.index(layer, LayerWeight.DOWN)), 0.01);
                assertThat(read(checkpoint, layout.index(layer, LayerWeight.POST_NORM)))
                        .containsOnly(1);
                assertThat(read(checkpoint, layout.index(layer, LayerWeight.KEY_BIAS)))
                        .containsOnly(0);
            }
        }
    }

    @Test
    void theSeedDeterminesEverything() throws IOException {
        Path a = directory.resolve("a");
        Path b = directory.resolve("b");
        Path c = directory.resolve("c");
        CheckpointInitializer.initialize(a, wide(), 11);
        CheckpointInitializer.initialize(b, wide(), 11);
        CheckpointInitializer.initialize(c, wide(), 12);
        String weights = "model.safetensors";
        assertThat(Files.mismatch(a.resolve(weights), b.resolve(weights))).isEqualTo(-1);
        assertThat(Files.mismatch(a.resolve(weights), c.resolve(weights))).isPositive();
        try (Checkpoint checkpoint = Checkpoint.open(a)) {
            WeightLayout layout = checkpoint.layout();
            assertThat(read(checkpoint, layout.index(0, LayerWeight.UP)))
                    .isNotEqualTo(read(checkpoint, layout.index(0, LayerWeight.GATE)))
                    .isNotEqualTo(read(checkpoint, layout.index(1, LayerWeight.UP)));
        }
    }

    /** Threads share the numbers of a matrix: those of every thread come from their places alone. */
    @Test
    void numbersAreThoseOfBoxAndMullerAtTheirPlaces() {
        CheckpointInitializer.initialize(directory, wide(), 11);
        try (Checkpoint checkpoint = Checkpoint.open(directory)) {
            float[] embedding = read(checkpoint, WeightLayout.EMBEDDING);
            for (int i = 0; i < embedding.length; i++) {
                double first = CounterRandom.uniform(11, 0, WeightLayout.EMBEDDING, i, 0);
                double second = CounterRandom.uniform(11, 0, WeightLayout.EMBEDDING, i, 1);
                double normal = Math.sqrt(-2 * StrictMath.log(1 - first)) * StrictMath.cos(2 * Math.PI * second);
                assertThat(embedding[i]).isEqualTo((float) (0.02 * normal));
            }
        }
    }

    @Test
    void otherFilesStayAndAModelIsNeverReplaced() throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        CheckpointInitializer.initialize(directory, wide(), 1);
        assertThat(directory.resolve("tokenizer.json")).hasContent("{}");
        assertThatThrownBy(() -> CheckpointInitializer.initialize(directory, wide(), 2))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("already contains config.json: a new model never replaces an existing one");
    }
}
