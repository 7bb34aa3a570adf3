package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.model.format.gguf.GgufModel;

/** The weights of a GGUF file, converted to float32 as they are read. */
final class GgufTensors implements TensorFiles {

    private final GgufModel model;
    private final int headSize;
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();

    private GgufTensors(GgufModel model, int headSize) {
        this.model = model;
        this.headSize = headSize;
        model.tensors().forEach((name, tensor) -> {
            long bytes = Math.multiplyExact(tensor.size(), (long) DType.F32.bytes());
            tensors.put(name, new TensorInfo(name, DType.F32.name(), tensor.shape(), 0, bytes));
        });
    }

    static GgufTensors open(Path file, ModelConfig config) {
        return new GgufTensors(GgufModel.open(file), config.headSize());
    }

    /** Returns them in the form in which they are read. */
    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    /** What was made from an adapter does not say so in this format. */
    @Override
    public String nameInFile(String name) {
        return GgufModel.nameInFile(name);
    }

    @Override
    public Optional<String> storedType(String name) {
        return Optional.ofNullable(model.tensors().get(name)).map(TensorInfo::dtype);
    }

    @Override
    public void read(String name, FloatBuffer target) {
        model.read(name, headSize, target);
    }

    @Override
    public void readPart(String name, long first, FloatBuffer target) {
        throw new IllegalStateException("no family that is read from GGUF files has fused tensors");
    }

    @Override
    public void close() {
        model.close();
    }
}
