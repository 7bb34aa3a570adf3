package org.rpt4j.backend.onnx;

import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;
import java.util.Optional;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.model.format.ModelConfig;

/**
 * A model in an ONNX file, with its weights inside or in files beside it. Only the file of the graph is parsed; ONNX
 * Runtime maps external weights.
 */
final class OnnxModel extends LanguageModel {

    private static final String WEIGHT_DIRECTORY = "session.model_external_initializers_file_folder_path";

    private final ModelFile file;
    private final LanguageModelGraph graph;
    private final OnnxDescription description;

    private OnnxModel(ModelFile file, LanguageModelGraph graph, OnnxDescription description) {
        this.file = file;
        this.graph = graph;
        this.description = description;
    }

    static OnnxModel open(Path path, ModelSource source) {
        ModelFile file = ModelFile.read(path);
        LanguageModelGraph graph = LanguageModelGraph.of(path.toString(), file.model());
        return new OnnxModel(file, graph, OnnxDescription.of(path, graph, source));
    }

    @Override
    String where() {
        return file.file().toString();
    }

    @Override
    ModelDescription description() {
        return description.model();
    }

    @Override
    Optional<ModelConfig> config() {
        return description.config();
    }

    @Override
    LanguageModelGraph graph() {
        return graph;
    }

    @Override
    void addWeights(SessionOptions options) throws OrtException {
        if (file.directory().isPresent()) {
            options.addConfigEntry(WEIGHT_DIRECTORY, file.directory().get().toString());
        }
    }

    /** Nothing to release. */
    @Override
    public void close() {}
}
