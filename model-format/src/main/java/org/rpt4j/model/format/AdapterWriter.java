package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;

/**
 * Saves low-rank adapters in the layout of PEFT, which other tools read. Stateless.
 *
 * @since 0.1.0
 */
public final class AdapterWriter {

    private static final Map<String, String> METADATA = Map.of("format", "pt");

    private AdapterWriter() {}

    /**
     * Writes a new adapter, which changes nothing until it is trained: A is uniform within 1 / sqrt(in), B is 0. The same
     * seed gives the same adapter everywhere.
     *
     * @param target directory to write; must not exist, be empty, or contain an adapter
     * @param base the checkpoint under the adapter; only its {@code config.json} is read
     * @throws org.rpt4j.api.error.ModelFormatException if the configuration of the base cannot be read
     * @throws CheckpointException if it cannot be written
     */
    public static void initialize(Path target, ModelSource base, LoraOptions options, long seed) {
        AdapterLayout layout = AdapterLayout.of(ModelConfigReader.read(base), options);
        write(
                target,
                base.directory().toString(),
                options,
                layout,
                spec -> initial(spec, layout.all().indexOf(spec), seed));
    }

    private static FloatBuffer initial(WeightSpec spec, int index, long seed) {
        FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(spec.size()));
        boolean isA = index % 2 == 0;
        double bound = 1 / Math.sqrt(spec.shape().get(1));
        for (int i = 0; isA && i < values.capacity(); i++) {
            values.put(i, (float) (bound * (2 * CounterRandom.uniform(seed, 0, index, 0, i) - 1)));
        }
        return values;
    }

    /**
     * Writes an adapter beside {@code target} and moves it into place: an existing adapter there is replaced with its
     * whole directory, or left unchanged.
     *
     * @param target directory to write; must not exist, be empty, or contain an adapter
     * @param source the model that the adapter was opened with
     * @param layout the weights to write, F32
     * @param weights supplies each weight once, in the order of the layout: row-major values between position and limit
     * @throws CheckpointException if it cannot be written
     */
    public static void write(
            Path target,
            ModelSource source,
            LoraOptions options,
            AdapterLayout layout,
            Function<WeightSpec, FloatBuffer> weights) {
        write(target, base(source), options, layout, weights);
    }

    /**
     * Copies an adapter for {@link #write}.
     *
     * @throws CheckpointException if there is not enough memory for the copy
     */
    public static Snapshot snapshot(
            ModelSource source, LoraOptions options, AdapterLayout layout, Function<WeightSpec, FloatBuffer> weights) {
        String base = base(source);
        return CheckpointSnapshot.of(
                layout.all(), weights, (target, copies) -> write(target, base, options, layout, copies));
    }

    /** The base as the adapter itself names it, which may be the name of a public model; else its directory. */
    private static String base(ModelSource source) {
        return source.adapter()
                .flatMap(AdapterConfig::base)
                .orElseGet(() -> source.directory().toString());
    }

    private static void write(
            Path target,
            String base,
            LoraOptions options,
            AdapterLayout layout,
            Function<WeightSpec, FloatBuffer> weights) {
        ObjectNode config = AdapterConfig.json(options, base);
        List<SafetensorsWriter.Entry> entries = layout.all().stream()
                .map(spec ->
                        new SafetensorsWriter.Entry(spec.name(), DType.F32, spec.shape(), () -> weights.apply(spec)))
                .toList();
        try {
            AtomicFiles.recover(target);
            CheckpointWriter.requireReplaceable(target, AdapterConfig.FILE);
            AtomicFiles.replaceDirectory(target, directory -> {
                Files.writeString(directory.resolve(AdapterConfig.FILE), config.toPrettyString() + "\n");
                CheckpointWriter.writeFile(directory.resolve(Adapter.WEIGHTS), entries, METADATA);
            });
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }
}
