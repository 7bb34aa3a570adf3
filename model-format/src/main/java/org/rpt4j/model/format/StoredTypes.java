package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.rpt4j.api.ModelSource;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/**
 * How the files of a model store its weights, from which follows in how few bytes a backend can hold them. Stateless.
 *
 * @since 0.1.0
 */
public final class StoredTypes {

    private StoredTypes() {}

    /**
     * Reads the headers of a model's files. Where {@code config.json} has no weights beside it, it tells by itself:
     * {@code torch_dtype} or {@code dtype} is the type of all.
     *
     * @return the element types by the names of the weights, such as {@code BF16} or, in a GGUF file, {@code Q8_0};
     *     without the weights that an adapter of the source changes, or of which nothing is told
     * @throws org.rpt4j.api.error.ModelFormatException if a header or {@code config.json} is damaged
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public static Map<String, String> of(ModelSource source) {
        Path model = source.directory();
        boolean gguf = SourceFiles.isGguf(model);
        ModelConfig config = ModelConfigReader.read(source);
        WeightLayout layout = WeightLayout.of(config);
        Map<String, String> types =
                gguf || hasWeights(model) ? stored(model, gguf, config, layout) : declared(model, layout);
        Adapter.form(source).ifPresent(form -> removeAdapted(types, layout, config, form));
        return types;
    }

    private static Map<String, String> stored(Path model, boolean gguf, ModelConfig config, WeightLayout layout) {
        Map<String, String> types = new HashMap<>();
        try (TensorFiles files = gguf ? GgufTensors.open(model, config) : CheckpointFiles.open(model, name -> true)) {
            for (StoredWeight stored : layout.stored()) {
                String name = stored.spec().name();
                boolean byHead = config.tiedHead()
                        && name.equals(WeightLayout.EMBEDDING_NAME)
                        && !files.tensors().containsKey(name);
                files.storedType(byHead ? WeightLayout.HEAD_NAME : name)
                        .ifPresent(type -> stored.parts().forEach(part -> types.put(part.name(), type)));
            }
        }
        return types;
    }

    private static Map<String, String> declared(Path model, WeightLayout layout) {
        Map<String, String> types = new HashMap<>();
        ObjectNode config = ModelConfigReader.readRaw(model);
        String declared =
                config.path(config.has("dtype") ? "dtype" : "torch_dtype").asText();
        for (DType type : DType.values()) {
            if (type.torchName().equals(declared)) {
                layout.all().forEach(weight -> types.put(weight.name(), type.name()));
            }
        }
        return types;
    }

    private static boolean hasWeights(Path model) {
        return Files.exists(model.resolve(CheckpointFiles.SINGLE))
                || Files.exists(model.resolve(CheckpointFiles.INDEX));
    }

    private static void removeAdapted(
            Map<String, String> types, WeightLayout layout, ModelConfig config, LoraOptions form) {
        for (LayerWeight target : form.targets()) {
            for (int l = 0; l < config.layers(); l++) {
                types.remove(layout.all().get(layout.index(l, target)).name());
            }
        }
    }
}
