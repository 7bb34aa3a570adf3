package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;

/**
 * An open low-rank adapter in the layout of PEFT. Opening reads its configuration and the header of its weights, and
 * checks that it fits its base: exactly the expected weights, with their expected shapes. Thread-safe.
 *
 * @since 0.1.0
 */
public final class Adapter implements AutoCloseable {

    static final String WEIGHTS = "adapter_model.safetensors";

    private static final String PICKLED = "adapter_model.bin";
    private static final int NAMES_SHOWN = 4;

    private final Path directory;
    private final LoraOptions options;
    private final AdapterLayout layout;
    private final SafetensorsFile file;

    private Adapter(Path directory, LoraOptions options, AdapterLayout layout, SafetensorsFile file) {
        this.directory = directory;
        this.options = options;
        this.layout = layout;
        this.file = file;
    }

    /**
     * Opens the adapter of a source.
     *
     * @param source a model with an adapter
     * @param base the shape of its checkpoint
     * @throws ModelFormatException if something is missing or damaged, if the adapter is of an unsupported kind, belongs
     *     to another base, or was merged into this one
     * @throws IllegalArgumentException if the source has no adapter
     */
    public static Adapter open(ModelSource source, ModelConfig base) {
        Path directory = source.adapter()
                .orElseThrow(() -> new IllegalArgumentException(source.directory() + " was given without an adapter"));
        LoraOptions options = AdapterConfig.read(directory, source.acceptedConfigKeys());
        AdapterLayout layout = AdapterLayout.of(base, options);
        SafetensorsFile file = openWeights(directory);
        try {
            requireWeights(directory, source.directory(), layout, file);
            MergedAdapters.requireNew(directory, source.directory());
            return new Adapter(directory, options, layout, file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * Opens the adapter of a source for further training.
     *
     * @throws ModelFormatException as {@link #open}, and if it was trained with dropout
     */
    public static Adapter openTrainable(ModelSource source, ModelConfig base) {
        Adapter adapter = open(source, base);
        try {
            AdapterConfig.requireTrainable(adapter.directory, source.acceptedConfigKeys());
            return adapter;
        } catch (RuntimeException | Error e) {
            adapter.close();
            throw e;
        }
    }

    /**
     * Reads the form of a source's adapter, and nothing else.
     *
     * @return empty if the source has none
     * @throws ModelFormatException if its configuration is missing, malformed or of an unsupported kind
     */
    public static Optional<LoraOptions> form(ModelSource source) {
        return source.adapter().map(directory -> AdapterConfig.read(directory, source.acceptedConfigKeys()));
    }

    private static SafetensorsFile openWeights(Path directory) {
        if (!Files.exists(directory.resolve(WEIGHTS)) && Files.exists(directory.resolve(PICKLED))) {
            throw new ModelFormatException(directory + " has " + PICKLED + ", which may contain code and is not read."
                    + " Save the adapter as " + WEIGHTS + " (in PEFT: save_pretrained with safe_serialization).");
        }
        return SafetensorsFile.open(directory.resolve(WEIGHTS));
    }

    private static void requireWeights(Path directory, Path base, AdapterLayout layout, SafetensorsFile file) {
        List<String> wrong = new ArrayList<>();
        Set<String> unexpected = new TreeSet<>(file.tensors().keySet());
        for (WeightSpec spec : layout.all()) {
            TensorInfo tensor = file.tensors().get(spec.name());
            unexpected.remove(spec.name());
            if (tensor == null) {
                wrong.add(spec.name() + " is missing, expected " + spec.shape());
            } else {
                Checkpoint.requireForm(spec, tensor, wrong);
            }
        }
        unexpected.forEach(name -> wrong.add(name + " is not expected"));
        if (!wrong.isEmpty()) {
            int more = wrong.size() - NAMES_SHOWN;
            throw new ModelFormatException("the adapter " + directory + " does not fit the model " + base + " with the "
                    + AdapterConfig.FILE + " beside it: "
                    + String.join("; ", wrong.subList(0, Math.min(NAMES_SHOWN, wrong.size())))
                    + (more > 0 ? "; and " + more + " more" : "")
                    + ". An adapter belongs to the checkpoint that it was trained on.");
        }
    }

    /** Returns rank, scale and targets. */
    public LoraOptions options() {
        return options;
    }

    /** Returns names and shapes of the weights. */
    public AdapterLayout layout() {
        return layout;
    }

    /** Returns the adapter's directory. */
    public Path directory() {
        return directory;
    }

    /**
     * Reads a weight as float32 in row-major order. Fills {@code target} from its position to its limit and changes
     * neither.
     *
     * @throws IllegalArgumentException if the remaining size of {@code target} differs from the size of the weight
     * @throws org.rpt4j.api.error.NumericalException if an element is NaN or infinite; it names the weight
     */
    public void read(WeightSpec weight, FloatBuffer target) {
        file.read(weight.name(), target);
    }

    /** Adds s B A to a weight of the base, if it is a target; {@code target} is W as {@link Checkpoint#read} fills it. */
    void addTo(WeightSpec base, FloatBuffer target) {
        for (AdapterLayout.Pair pair : layout.pairs()) {
            if (pair.base().equals(base)) {
                LowRankUpdate.add(target, values(pair.a()), values(pair.b()), options.rank(), options.scale());
                return;
            }
        }
    }

    private float[] values(WeightSpec weight) {
        float[] values = new float[Math.toIntExact(weight.size())];
        read(weight, FloatBuffer.wrap(values));
        return values;
    }

    /** Closes the file; idempotent. */
    @Override
    public void close() {
        file.close();
    }
}
