package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.core.train.PassRates;

/** A file of pass rates, as used by dynamic sampling. */
class PassRatesFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("pass-rates.json", input);
        Promise.readsOrRefuses(() -> PassRates.load(file).rates());
    }
}
