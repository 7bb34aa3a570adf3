package org.rpt4j.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.export.DecoderModel;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.GraphWeight;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.ModelConfig;

/**
 * A checkpoint in the Hugging Face layout. Its graph is built in memory, in the fast form, and ONNX Runtime receives
 * the weights directly; nothing is written to disk. While a session opens, memory holds the weights twice.
 */
final class CheckpointModel extends LanguageModel {

    private static final String ADVICE = ". Export the checkpoint (rpt4j export) and open the ONNX model instead: its"
            + " weights are mapped from the file.";

    private final Checkpoint checkpoint;
    private final DecoderModel decoder;
    private final LanguageModelGraph graph;
    private final Map<String, OnnxTensorLike> weights = new HashMap<>();

    private CheckpointModel(Checkpoint checkpoint) {
        this.checkpoint = checkpoint;
        this.decoder = DecoderModel.of(checkpoint.config(), GraphForm.FAST);
        this.graph = LanguageModelGraph.of(where(), decoder.toProto("weights"));
    }

    static CheckpointModel open(ModelSource source) {
        Checkpoint checkpoint = Checkpoint.open(source);
        try {
            return new CheckpointModel(checkpoint);
        } catch (RuntimeException | Error e) {
            checkpoint.close();
            throw e;
        }
    }

    @Override
    String where() {
        return checkpoint.directory().toString();
    }

    @Override
    ModelDescription description() {
        return checkpoint.config().describe();
    }

    @Override
    Optional<ModelConfig> config() {
        return Optional.of(checkpoint.config());
    }

    @Override
    AbsentTokens absentTokens() {
        return checkpoint.absentTokens();
    }

    @Override
    LanguageModelGraph graph() {
        return graph;
    }

    @Override
    void addWeights(SessionOptions options) throws OrtException {
        for (GraphWeight weight : decoder.weights()) {
            weights.put(weight.name(), read(weight));
        }
        options.addExternalInitializers(weights);
    }

    private OnnxTensor read(GraphWeight weight) throws OrtException {
        long bytes = Math.multiplyExact(Float.BYTES, weight.size());
        if (bytes > Integer.MAX_VALUE) {
            throw new ModelFormatException(where() + ": \"" + weight.name() + "\" takes " + bytes
                    + " bytes in single precision, which exceeds the maximum size of a buffer" + ADVICE);
        }
        FloatBuffer values = allocate((int) bytes);
        weight.read(checkpoint, values::put);
        long[] shape = weight.shape().stream().mapToLong(Long::longValue).toArray();
        return OnnxTensor.createTensor(OrtRuntime.environment(), values.rewind(), shape);
    }

    private FloatBuffer allocate(int bytes) {
        try {
            return ByteBuffer.allocateDirect(bytes)
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        } catch (OutOfMemoryError e) {
            throw new BackendMemoryException(
                    "not enough off-heap memory for the weights of " + where() + ": " + e.getMessage()
                            + ". Increase -XX:MaxDirectMemorySize" + ADVICE,
                    e);
        }
    }

    @Override
    public void close() {
        weights.values().forEach(tensor -> ((OnnxTensor) tensor).close());
        weights.clear();
        checkpoint.close();
    }
}
