package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.rpt4j.run.directory.RecordingPosition;
import org.rpt4j.run.health.HealthState;

/** What a checkpoint holds of the recording and of the health checks. */
class CheckpointPartsFuzz {

    @FuzzTest
    void read(byte[] input) throws Exception {
        Promise.readsOrRefuses(() -> RecordingPosition.parse(input));
        Promise.readsOrRefuses(() -> HealthState.parse(input));
    }
}
