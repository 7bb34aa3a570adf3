package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.core.dataset.TaskDataset;

/** A dataset of hard positions. */
class TaskDatasetFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("tasks.jsonl", input);
        Promise.readsOrRefuses(() -> TaskDataset.open(file).read(document -> {}));
    }
}
