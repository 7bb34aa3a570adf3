package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;

/**
 * A model in an ONNX file, with its weights inside or in files beside it. Only the file of the graph is parsed; weights
 * beside it are mapped by ONNX Runtime.
 */
final class OnnxModel extends LanguageModel {

    private static final String WEIGHT_DIRECTORY = "session.model_external_initializers_file_folder_path";

    private final Path file;
    private final LanguageModelGraph graph;
    private final ExternalWeights external;
    private final ModelDescription description;

    private OnnxModel(Path file, LanguageModelGraph graph, ExternalWeights external, ModelDescription description) {
        this.file = file;
        this.graph = graph;
        this.external = external;
        this.description = description;
    }

    static OnnxModel open(Path file) {
        ModelProto parsed = parse(file);
        ExternalWeights external = ExternalWeights.resolve(file, parsed.getGraph());
        ModelProto model = parsed.toBuilder().setGraph(external.graph()).build();
        LanguageModelGraph graph = LanguageModelGraph.of(file.toString(), model);
        return new OnnxModel(file, graph, external, OnnxDescription.of(file, graph));
    }

    private static ModelProto parse(Path file) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = channel.size();
            if (length > Integer.MAX_VALUE) {
                throw new ModelFormatException(file + " takes " + length
                        + " bytes. The format ends at 2 GiB; larger models keep their weights beside the graph.");
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, length);
            CodedInputStream in = CodedInputStream.newInstance(bytes);
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            if (!model.hasGraph() || model.getIrVersion() == 0) {
                throw new ModelFormatException(file + " is not an ONNX model: it holds no graph");
            }
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(
                    file + " is not an ONNX model, or it is cut short: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + file + ": " + e, e);
        }
    }

    @Override
    String where() {
        return file.toString();
    }

    @Override
    ModelDescription description() {
        return description;
    }

    @Override
    LanguageModelGraph graph() {
        return graph;
    }

    @Override
    void addWeights(SessionOptions options) throws OrtException {
        if (external.directory().isPresent()) {
            options.addConfigEntry(WEIGHT_DIRECTORY, external.directory().get().toString());
        }
    }

    /** Nothing is held. */
    @Override
    public void close() {}
}
