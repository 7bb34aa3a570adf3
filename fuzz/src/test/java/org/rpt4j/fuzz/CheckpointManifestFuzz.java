package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.run.resume.CheckpointManifest;

/** What a checkpoint of a run says that it is. */
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
