package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.run.resume.CheckpointManifest;

/** The manifest of a run checkpoint. */
class CheckpointManifestFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("manifest.json", input);
        Promise.readsOrRefuses(() -> {
            CheckpointManifest manifest = CheckpointManifest.read(file);
            manifest.identity().forEach((name, value) -> {
                if (value == null) {
                    throw new AssertionError(name + " has no value");
                }
            });
            return manifest.toString();
        });
    }
}
