package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * Creates models with random weights for a given shape; the same seed gives the same weights on every machine.
 * Stateless.
 *
 * <p>Matrices are normal with standard deviation 0.02; those that write into the residual stream are divided by sqrt(2
 * layers) so that its variance does not grow with depth (Radford et al., 2019). Norms multiply by 1 and biases are 0.
 *
 * @since 0.1.0
 */
public final class CheckpointInitializer {

    private static final double DEVIATION = 0.02;
    /** Numbers that a thread draws at a time. */
    private static final int STRETCH = 1 << 14;

    private CheckpointInitializer() {}

    /**
     * Writes {@code config.json} and {@code model.safetensors} (F32) into a directory, which is created if missing.
     * Other files in it, such as a tokenizer's, are kept.
     *
     * @throws CheckpointException if the directory already contains a model, or cannot be written
     * @throws IllegalArgumentException if the architecture does not support this combination of biases and norms
     */
    public static void initialize(Path directory, ModelConfig config, long seed) {
        for (String file : List.of(ModelConfigReader.FILE, CheckpointFiles.SINGLE, CheckpointFiles.INDEX)) {
            if (Files.exists(directory.resolve(file))) {
                throw new CheckpointException(
                        directory + " already contains " + file + ": a new model never replaces an existing one");
            }
        }
        String json = ModelConfigWriter.toJson(config) + "\n";
        WeightLayout layout = WeightLayout.of(config);
        List<WeightSpec> all = layout.all();
        List<SafetensorsWriter.Entry> entries = layout.entries(DType.F32, spec -> {
            int index = all.indexOf(spec);
            return values(config, spec, index, deviation(config, layout, index), seed);
        });
        SafetensorsWriter.write(directory.resolve(CheckpointFiles.SINGLE), entries, Map.of("format", "pt"));
        try {
            AtomicFiles.replace(
                    directory.resolve(ModelConfigReader.FILE), out -> out.write(json.getBytes(StandardCharsets.UTF_8)));
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    private static double deviation(ModelConfig config, WeightLayout layout, int index) {
        String name = layout.all().get(index).name();
        boolean intoResidual = Stream.of(LayerWeight.OUTPUT, LayerWeight.DOWN)
                .anyMatch(weight -> name.endsWith("." + weight.module() + ".weight"));
        return intoResidual ? DEVIATION / Math.sqrt(2.0 * config.layers()) : DEVIATION;
    }

    private static FloatBuffer values(ModelConfig config, WeightSpec spec, int index, double deviation, long seed) {
        float[] values = new float[Math.toIntExact(spec.size())];
        if (spec.decays()) {
            // Every number depends on its place alone, so that threads share the work and change nothing.
            IntStream.range(0, (values.length + STRETCH - 1) / STRETCH)
                    .parallel()
                    .forEach(stretch -> {
                        int end = (int) Math.min(values.length, (stretch + 1L) * STRETCH);
                        for (int i = stretch * STRETCH; i < end; i++) {
                            values[i] = (float) (deviation * normal(seed, index, i));
                        }
                    });
        } else {
            Arrays.fill(
                    values, spec.name().endsWith(".bias") || config.switches().normAddsOne() ? 0 : 1);
        }
        return FloatBuffer.wrap(values);
    }

    /**
     * Returns a standard normal number (Box and Muller, 1958), computed with StrictMath so that it is the same
     * everywhere.
     */
    private static double normal(long seed, int weight, int element) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - CounterRandom.uniform(seed, 0, weight, element, 0)));
        return radius * StrictMath.cos(2 * Math.PI * CounterRandom.uniform(seed, 0, weight, element, 1));
    }
}
