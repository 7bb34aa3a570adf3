package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.rpt4j.core.corpus.CorpusOptions;

/** A compressed corpus; the first bytes identify the format. */
class CompressedCorpusFuzz {

    private static final Scratch SCRATCH = new Scratch();
    private static final int GZIP = 0x1f;

    @FuzzTest
    void read(byte[] input) throws Exception {
        CorpusPass.over(SCRATCH.file(name(input), input), CorpusOptions.DEFAULTS);
    }

    private static String name(byte[] input) {
        return input.length > 0 && input[0] == GZIP ? "corpus.jsonl.gz" : "corpus.jsonl.zst";
    }
}
