package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.spi.kit.InputLimits;

/** A recognised model, a checkpoint or an ONNX file, for which no session is open yet. */
abstract class LanguageModel implements AutoCloseable {

    /**
     * Opens the model that a source refers to: an ONNX file, or a directory with a checkpoint or otherwise with an ONNX
     * file.
     *
     * @throws ModelFormatException if it cannot be read
     * @throws UnsupportedCapabilityException if the source has an adapter over an ONNX file
     */
    static LanguageModel open(ModelSource source) {
        Optional<Path> graph = OnnxLocation.find(source.directory());
        if (graph.isPresent() && source.adapter().isPresent()) {
            throw new UnsupportedCapabilityException("Backend \"" + OnnxBackend.NAME + "\" cannot apply the adapter "
                    + source.adapter().get() + " to " + graph.get() + ": the weights of a graph are fixed. Give the"
                    + " checkpoint instead, or merge the adapter (rpt4j merge) and export the result.");
        }
        return graph.<LanguageModel>map(file -> OnnxModel.open(file, source))
                .orElseGet(() -> CheckpointModel.open(source));
    }

    /** Returns the location of the model, for messages. */
    abstract String where();

    /** Returns the description of the model. */
    abstract ModelDescription description();

    /** Returns its shape, if its architecture is known to this library. */
    abstract Optional<ModelConfig> config();

    /** Returns the ids that no token of the tokenizer beside the model has. */
    abstract AbsentTokens absentTokens();

    /** Returns what the model can read. */
    final InputLimits limits() {
        return InputLimits.of(description(), absentTokens());
    }

    /** Returns the graph as an exporter wrote it. */
    abstract LanguageModelGraph graph();

    /** Tells the session where the weights are. */
    abstract void addWeights(SessionOptions options) throws OrtException;

    /** Returns what a session runs before every run; it outlives this model. */
    Runnable beforeRun() {
        return () -> {};
    }

    /** Opens a session for a modified version of {@link #graph()}. */
    final OrtSession openSession(ModelProto changed, SessionOptions options) {
        try {
            addWeights(options);
            return OrtRuntime.environment().createSession(serialize(changed), options);
        } catch (OrtException e) {
            throw new ModelFormatException("ONNX Runtime rejects " + where() + ": " + OrtRuntime.firstLine(e), e);
        }
    }

    /** Off-heap, because a model with its weights inside may be large. */
    private static ByteBuffer serialize(ModelProto model) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(model.getSerializedSize());
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            model.writeTo(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.rewind();
    }

    @Override
    public abstract void close();
}
