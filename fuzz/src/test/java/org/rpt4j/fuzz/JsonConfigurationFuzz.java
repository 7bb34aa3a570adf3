package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The configuration of a run in JSON. */
class JsonConfigurationFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        ConfigurationLoading.of(SCRATCH.file("run.json", input));
    }
}
