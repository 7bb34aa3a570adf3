package org.rpt4j.model.format;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.rpt4j.model.format.gguf.GgufModel;

/** The weights of a GGUF file, converted to float32 as they are read. */
final class GgufTensors implements TensorFiles {

    private final GgufModel model;
    private final int headSize;

    private GgufTensors(GgufModel model, int headSize) {
        this.model = model;
        this.headSize = headSize;
    }

    static GgufTensors open(Path file, ModelConfig config) {
        return new GgufTensors(GgufModel.open(file), config.headSize());
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return model.tensors();
    }

    /** Opening has refused every other type. */
    @Override
    public void requireReadable(TensorInfo tensor) {}

    @Override
    public String nameInFile(String name) {
        return GgufModel.nameInFile(name);
    }

    @Override
    public void read(String name, FloatBuffer target) {
        model.read(name, headSize, target);
    }

    @Override
    public void close() {
        model.close();
    }
}
