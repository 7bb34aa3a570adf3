package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.bench.suite.Suites;

/** A suite of questions in YAML, with its paths and patterns. */
class SuiteFileFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("suite.yaml", input);
        Promise.readsOrRefuses(() -> Suites.open(file.toString()));
    }
}
