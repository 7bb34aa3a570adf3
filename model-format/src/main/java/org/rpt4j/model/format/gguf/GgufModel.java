package org.rpt4j.model.format.gguf;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.TensorInfo;

/**
 * An open GGUF file, as the checkpoint that it was made from. Opening reads and checks the header; weights are read one at
 * a time and converted to float32. Thread-safe.
 */
public final class GgufModel implements AutoCloseable {

    private final Path path;
    private final GgufFile file;
    /** By their Hugging Face names. */
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private GgufModel(Path path, GgufFile file) {
        this.path = path;
        this.file = file;
        file.tensors().forEach((name, tensor) -> {
            if (!name.equals(TensorNames.ROTARY_FACTORS)
                    && tensors.put(TensorNames.huggingFace(name), tensor) != null) {
                throw new ModelFormatException(path + " has the weight " + name + " under two names; the other is "
                        + TensorNames.huggingFace(name));
            }
        });
    }

    /**
     * Opens a file.
     *
     * @throws ModelFormatException if it is missing, truncated or malformed, or has element types that are not read
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public static GgufModel open(Path path) {
        return open(path, true);
    }

    /** Opens a file like {@link #open}, in less time, for everything but the files of its tokenizer. */
    public static GgufModel openWithoutTokenizer(Path path) {
        return open(path, false);
    }

    private static GgufModel open(Path path, boolean texts) {
        GgufFile file = GgufFile.open(path, texts);
        try {
            return new GgufModel(path, file);
        } catch (RuntimeException | Error e) {
            file.close();
            throw e;
        }
    }

    /**
     * Refuses keys of the network that may change the computation and are not known.
     *
     * @param accepted names to ignore
     */
    public void requireKnown(Set<String> accepted) {
        network().requireKnown(accepted);
    }

    /**
     * Returns {@code config.json}.
     *
     * @throws ModelFormatException if the network is not supported, or the metadata are incomplete or contradict the
     *     tensors
     */
    public ObjectNode config() {
        ObjectNode json = network().toJson();
        TensorInfo factors = file.tensors().get(TensorNames.ROTARY_FACTORS);
        if (factors != null) {
            long half = json.path("head_dim").intValue() / 2;
            FloatBuffer values = FloatBuffer.allocate((int) Math.min(factors.size(), half + 1));
            if (factors.size() <= half) {
                file.read(factors, 0, values);
            }
            RotaryScaling.put(json, path.toString(), values);
        }
        return json;
    }

    private GgufConfig network() {
        return new GgufConfig(file.metadata(), file.tensors());
    }

    /** Returns the weights by their Hugging Face names; one that is not known keeps its own. */
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    /** Returns the name in the file of a weight by its Hugging Face name, for messages. */
    public static String nameInFile(String name) {
        return TensorNames.inFile(name);
    }

    /**
     * Reads a weight as float32 in row-major order, with the rows in the order of the Hugging Face layout. Fills {@code
     * target} from its position to its limit and changes neither.
     *
     * @param headSize width of a head
     * @throws org.rpt4j.api.error.NumericalException if an element is NaN or infinite
     */
    public void read(String name, int headSize, FloatBuffer target) {
        TensorInfo tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("the file has no weight \"" + name + "\"");
        }
        boolean ofHeads = TensorNames.isQuery(name) || TensorNames.isKey(name);
        file.read(tensor, ofHeads && network().interleavesHeads() ? headSize : 0, target);
    }

    /** Returns the ids that have a token; null for a file without a tokenizer. */
    public @Nullable BitSet tokenIds() {
        return hasTokenizer() ? GgufTokens.present(file.metadata()) : null;
    }

    /** Returns whether the file has a tokenizer. */
    public boolean hasTokenizer() {
        return GgufTokens.arePresent(file.metadata());
    }

    /**
     * Returns {@code tokenizer.json}.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the tokenizer is missing, malformed or of a kind that is not known
     */
    public ObjectNode tokenizer() {
        return GgufTokenizer.json(tokens());
    }

    /**
     * Returns {@code tokenizer_config.json}, with the chat template.
     *
     * @throws org.rpt4j.api.error.TokenizerException if the tokenizer is missing or malformed
     */
    public ObjectNode tokenizerConfig() {
        return GgufTokenizer.config(tokens());
    }

    private GgufTokens tokens() {
        return GgufTokens.of(file.metadata());
    }

    @Override
    public void close() {
        file.close();
    }
}
