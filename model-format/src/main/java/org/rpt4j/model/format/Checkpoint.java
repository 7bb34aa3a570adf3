package org.rpt4j.model.format;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;

/**
 * An open checkpoint: a directory in the Hugging Face layout, or a GGUF file. Opening reads the configuration and every header, and checks
 * that exactly the expected weights exist, with their expected shapes; weights are read one at a time. A tied head may be
 * stored as embedding, as head, or as both if they are equal. Symbolic links, as used by model caches, are followed.
 * Thread-safe.
 *
 * @since 0.1.0
 */
public final class Checkpoint implements AutoCloseable {

    private static final int NAMES_SHOWN = 5;

    private final Path directory;
    private final ModelConfig config;
    private final WeightLayout layout;
    private final Map<String, StoredWeight> storedByName = new HashMap<>();
    private final TensorFiles files;
    private final AbsentTokens absentTokens;
    private final @Nullable Adapter adapter;

    private Checkpoint(
            Path directory, ModelConfig config, WeightLayout layout, TensorFiles files, @Nullable Adapter adapter) {
        this.directory = directory;
        this.config = config;
        this.layout = layout;
        layout.stored().forEach(stored -> stored.parts().forEach(part -> storedByName.put(part.name(), stored)));
        this.files = files;
        this.adapter = adapter;
        this.absentTokens = AbsentTokens.of(directory, config.vocabularySize(), config.endTokens());
    }

    /**
     * Opens a checkpoint.
     *
     * @throws ModelFormatException if something is missing, damaged or contradicts the configuration
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public static Checkpoint open(Path directory) {
        return open(ModelSource.directory(directory));
    }

    /**
     * Opens a checkpoint without the keys of {@code config.json} that its source accepts. If the source has an adapter,
     * its weights are those of both, W + s B A, each rounded to float32 once.
     *
     * @throws ModelFormatException as {@link #open(Path)}
     */
    public static Checkpoint open(ModelSource source) {
        Path model = source.directory();
        boolean gguf = SourceFiles.isGguf(model);
        if (!gguf) {
            requireDirectory(model);
        }
        ModelConfig config = ModelConfigReader.read(source);
        WeightLayout layout = WeightLayout.of(config);
        TensorFiles files =
                gguf ? GgufTensors.open(model, config) : CheckpointFiles.open(model, name -> isRedundant(name, config));
        try {
            CheckpointFiles storedTwice = config.tiedHead() ? findTiedHead(files) : null;
            requireWeights(model, config, layout, files);
            if (storedTwice != null) {
                requireTied(model, storedTwice);
            }
            Adapter adapter = source.adapter().isPresent() ? Adapter.open(source, config) : null;
            return new Checkpoint(model, config, layout, files, adapter);
        } catch (RuntimeException | Error e) {
            files.close();
            throw e;
        }
    }

    private static void requireDirectory(Path model) {
        if (Files.isRegularFile(model)) {
            throw new ModelFormatException(
                    model + " is a file, but not a GGUF file; expected that, or a checkpoint directory");
        }
        if (!Files.isDirectory(model)) {
            Path previous = AtomicFiles.previous(model);
            throw new ModelFormatException("there is no checkpoint directory " + model.toAbsolutePath()
                    + (Files.isDirectory(previous)
                            ? ". A save was interrupted: rename " + previous + " to restore the old one."
                            : ""));
        }
    }

    /** Finds a tied head under either name; returns the files if they store it under both. A GGUF file has one. */
    private static @Nullable CheckpointFiles findTiedHead(TensorFiles files) {
        boolean head = files.tensors().containsKey(WeightLayout.HEAD_NAME);
        boolean embedding = files.tensors().containsKey(WeightLayout.EMBEDDING_NAME);
        if (!(files instanceof CheckpointFiles stored)) {
            return null;
        }
        if (head && !embedding) {
            stored.rename(WeightLayout.HEAD_NAME, WeightLayout.EMBEDDING_NAME);
        }
        return head && embedding ? stored : null;
    }

    private static void requireTied(Path directory, CheckpointFiles files) {
        long mismatch = files.mismatch(WeightLayout.HEAD_NAME, WeightLayout.EMBEDDING_NAME);
        if (mismatch >= 0) {
            throw new ModelFormatException(directory + ": config.json says \"tie_word_embeddings\": true, but "
                    + WeightLayout.HEAD_NAME + " differs from " + WeightLayout.EMBEDDING_NAME + ", first at element "
                    + mismatch + ". If the model has a head of its own, config.json must say false; otherwise remove "
                    + WeightLayout.HEAD_NAME + ".");
        }
    }

    private static void requireWeights(Path directory, ModelConfig config, WeightLayout layout, TensorFiles files) {
        Map<String, TensorInfo> tensors = files.tensors();
        List<String> missing = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        List<String> unexpected = new ArrayList<>(tensors.keySet());
        for (StoredWeight stored : layout.stored()) {
            WeightSpec spec = stored.spec();
            TensorInfo tensor = tensors.get(spec.name());
            if (tensor == null) {
                missing.add(files.nameInFile(spec.name()));
            } else {
                requireForm(new WeightSpec(files.nameInFile(spec.name()), spec.shape()), tensor, wrong);
            }
        }
        TensorInfo head = tensors.get(WeightLayout.HEAD_NAME);
        if (config.tiedHead() && head != null) {
            WeightSpec embedding = layout.all().get(WeightLayout.EMBEDDING);
            requireForm(new WeightSpec(WeightLayout.HEAD_NAME, embedding.shape()), head, wrong);
        }
        layout.stored().forEach(stored -> unexpected.remove(stored.spec().name()));
        ExtraTensors.in(config, tensors).forEach(extra -> {
            unexpected.remove(extra.name());
            requireReadable(extra, wrong);
        });
        unexpected.removeIf(name -> isRedundant(name, config));
        String what = config.architecture().className() + " in " + directory + ", as described by its "
                + (files instanceof CheckpointFiles ? "config.json," : "metadata,");
        if (!missing.isEmpty()) {
            throw new ModelFormatException(what + " is missing " + several(missing) + hint(missing));
        }
        if (!wrong.isEmpty()) {
            throw new ModelFormatException(what + " has weights of the wrong shape: " + several(wrong));
        }
        if (!unexpected.isEmpty()) {
            throw new ModelFormatException(what + " does not use " + several(unexpected));
        }
    }

    static void requireForm(WeightSpec spec, TensorInfo tensor, List<String> wrong) {
        List<Long> shape = spec.shape().stream().map(Integer::longValue).toList();
        if (!tensor.shape().equals(shape)) {
            wrong.add(spec.name() + " is " + tensor.shape() + ", expected " + shape);
        }
        requireReadable(tensor, wrong);
    }

    private static void requireReadable(TensorInfo tensor, List<String> wrong) {
        try {
            DType.parse(tensor.dtype());
        } catch (IllegalArgumentException e) {
            wrong.add(tensor.name() + ": " + e.getMessage());
        }
    }

    /** Redundant weights: a tied head and precomputed rotary frequencies. */
    private static boolean isRedundant(String name, ModelConfig config) {
        return name.endsWith("rotary_emb.inv_freq") || (config.tiedHead() && name.equals(WeightLayout.HEAD_NAME));
    }

    private static String several(List<String> names) {
        String shown = String.join(", ", names.subList(0, Math.min(NAMES_SHOWN, names.size())));
        int more = names.size() - NAMES_SHOWN;
        return names.size()
                + (names.size() == 1 ? " weight: " : " weights: ")
                + shown
                + (more > 0 ? " and " + more + " more" : "");
    }

    private static String hint(List<String> missing) {
        return missing.equals(List.of(WeightLayout.HEAD_NAME))
                ? ". If the head is the embedding, config.json must say \"tie_word_embeddings\": true."
                : "";
    }

    /** Returns the model's shape. */
    public ModelConfig config() {
        return config;
    }

    /** Returns the names and shapes of the weights. */
    public WeightLayout layout() {
        return layout;
    }

    /** Returns the ids that no token of the tokenizer beside the model has. */
    public AbsentTokens absentTokens() {
        return absentTokens;
    }

    /** Returns the checkpoint directory, or the GGUF file. */
    public Path directory() {
        return directory;
    }

    /**
     * Reads a weight as float32 in row-major order. Fills {@code target} from its position to its limit and changes
     * neither.
     *
     * @throws IllegalArgumentException if the remaining size of {@code target} differs from the size of the weight
     * @throws IllegalStateException if the checkpoint is closed
     * @throws org.rpt4j.api.error.NumericalException if an element is NaN or infinite; it names the weight
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public void read(WeightSpec weight, FloatBuffer target) {
        StoredWeight stored = storedOf(weight);
        if (stored.parts().size() == 1) {
            files.read(weight.name(), target);
        } else if (target.remaining() == weight.size()) {
            files.readPart(stored.spec().name(), stored.start(weight), target);
        } else {
            throw new IllegalArgumentException("target has room for " + target.remaining() + " values, weight \""
                    + weight.name() + "\" " + weight.shape() + " has " + weight.size());
        }
        if (adapter != null) {
            adapter.addTo(weight, target);
        }
    }

    /**
     * Returns the type in which the elements of a weight lie in a file end to end, so that {@link #readStored} can read
     * them; empty if they must be computed, as those of a GGUF file or of a model with an adapter.
     *
     * @throws IllegalArgumentException if the checkpoint has no such weight
     */
    public Optional<DType> storedType(WeightSpec weight) {
        StoredWeight stored = storedOf(weight);
        return adapter != null
                ? Optional.empty()
                : files.plainType(stored.spec().name());
    }

    /**
     * Reads the bytes of a weight as they are stored: little-endian elements of {@link #storedType}, in row-major order.
     * Several threads share the work. Fills {@code target} from its position to its limit and changes neither.
     *
     * @throws IllegalArgumentException if {@code target} has another size than the weight, or the weight has no {@link
     *     #storedType}
     * @throws IllegalStateException if the checkpoint is closed
     * @throws org.rpt4j.api.error.NumericalException if an element is NaN or infinite; it names the weight
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public void readStored(WeightSpec weight, ByteBuffer target) {
        DType type = storedType(weight)
                .orElseThrow(() -> new IllegalArgumentException(
                        "weight \"" + weight.name() + "\" is not stored as its elements; use read"));
        if (target.remaining() != weight.size() * type.bytes()) {
            throw new IllegalArgumentException("target has room for " + target.remaining() + " bytes, weight \""
                    + weight.name() + "\" " + weight.shape() + " has " + weight.size() * type.bytes() + " in " + type);
        }
        StoredWeight stored = storedOf(weight);
        files.readStored(stored.spec().name(), stored.start(weight), target);
    }

    private StoredWeight storedOf(WeightSpec weight) {
        StoredWeight stored = storedByName.get(weight.name());
        if (stored == null) {
            throw new IllegalArgumentException("the checkpoint has no weight \"" + weight.name() + "\"");
        }
        return stored;
    }

    /** Closes every file; idempotent. */
    @Override
    public void close() {
        files.close();
        if (adapter != null) {
            adapter.close();
        }
    }
}
