package org.rpt4j.backend.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxTensorLike;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession.SessionOptions;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;
import org.rpt4j.backend.onnx.proto.ModelFile;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.ModelConfig;

/**
 * A model in an ONNX file, with its weights inside or in files beside it. Only the file of the graph is parsed;
 * {@link ExternalWeights} has the weights beside it.
 */
final class OnnxModel extends LanguageModel {

    private final ModelFile file;
    private final LanguageModelGraph graph;
    private final OnnxDescription description;
    private final @Nullable ExternalWeights weights;
    private final Map<String, OnnxTensorLike> handed = new HashMap<>();

    private OnnxModel(ModelFile file, LanguageModelGraph graph, OnnxDescription description) {
        this.weights = ExternalWeights.of(file);
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
    AbsentTokens absentTokens() {
        return description.absentTokens();
    }

    @Override
    LanguageModelGraph graph() {
        return graph;
    }

    @Override
    void addWeights(SessionOptions options) throws OrtException {
        if (weights != null) {
            weights.addTo(options, handed);
        }
    }

    @Override
    Runnable beforeRun() {
        return weights == null ? super.beforeRun() : weights::requireUnchanged;
    }

    @Override
    public void close() {
        handed.values().forEach(tensor -> ((OnnxTensor) tensor).close());
        handed.clear();
    }
}
