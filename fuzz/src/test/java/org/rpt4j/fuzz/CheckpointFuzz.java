package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.rpt4j.model.format.Checkpoint;

/** {@code config.json} and, after a separator line, the index of a checkpoint with one shard. */
class CheckpointFuzz {

    private static final Scratch SCRATCH = new Scratch();
    private static final String BORDER = "\n---\n";
    private static final String SHARD = "model-00001-of-00001.safetensors";

    @BeforeAll
    static void shard() throws IOException {
        try (InputStream seed = CheckpointFuzz.class.getResourceAsStream("SafetensorsFuzzInputs/read/three-types")) {
            SCRATCH.file(
                    SHARD, Objects.requireNonNull(seed, "the seed three-types").readAllBytes());
        }
    }

    @FuzzTest
    void read(byte[] input) throws Exception {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int border = text.indexOf(BORDER);
        String config = border < 0 ? text : text.substring(0, border);
        String index = border < 0 ? "" : text.substring(border + BORDER.length());
        SCRATCH.file("config.json", config.getBytes(StandardCharsets.ISO_8859_1));
        SCRATCH.file("model.safetensors.index.json", index.getBytes(StandardCharsets.ISO_8859_1));
        Promise.readsOrRefuses(() -> {
            try (Checkpoint checkpoint = Checkpoint.open(SCRATCH.directory())) {
                return checkpoint.layout();
            }
        });
    }
}
