package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.ModelConfigReader;

/** {@code config.json}, and everything derived from it without allocating weights. */
class ModelConfigFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path directory = SCRATCH.file("config.json", input).getParent();
        Promise.readsOrRefuses(() -> {
            ModelConfig config = ModelConfigReader.read(directory);
            return config.describe();
        });
    }
}
