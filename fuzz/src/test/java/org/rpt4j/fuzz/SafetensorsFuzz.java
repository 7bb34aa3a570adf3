package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.model.format.TensorInfo;

/** A safetensors file: header and every tensor. */
class SafetensorsFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("model.safetensors", input);
        Promise.readsOrRefuses(() -> {
            try (SafetensorsFile weights = SafetensorsFile.open(file)) {
                for (TensorInfo tensor : weights.tensors().values()) {
                    if (tensor.size() > 8L * input.length) {
                        throw new AssertionError(tensor + " of a file of " + input.length + " bytes");
                    }
                    weights.read(tensor.name(), FloatBuffer.allocate((int) tensor.size()));
                }
                return weights.metadata();
            }
        });
    }
}
