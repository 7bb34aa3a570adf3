package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.rpt4j.run.resume.CheckpointManifest;
import org.rpt4j.run.resume.SavedCheckpoint;

/** The trainer state of a checkpoint, with its hashes already verified. */
class TrainerStateFuzz {

    private static final Scratch SCRATCH = new Scratch();
    private static final CheckpointManifest MANIFEST =
            new CheckpointManifest(CheckpointManifest.FORMAT, CheckpointManifest.VERSION, "", 0, Map.of());

    @FuzzTest
    void read(byte[] input) throws Exception {
        SCRATCH.file("pass-rates.json", "{}".getBytes(StandardCharsets.UTF_8));
        SCRATCH.file("trainer.json", input);
        SavedCheckpoint checkpoint = new SavedCheckpoint(SCRATCH.directory(), MANIFEST);
        Promise.readsOrRefuses(() -> checkpoint.trainer().toString());
    }
}
