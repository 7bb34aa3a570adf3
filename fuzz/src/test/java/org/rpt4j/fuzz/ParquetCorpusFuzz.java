package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.rpt4j.core.corpus.CorpusOptions;

/** A corpus in Parquet. */
class ParquetCorpusFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        CorpusPass.over(SCRATCH.file("corpus.parquet", input), CorpusOptions.DEFAULTS);
    }
}
