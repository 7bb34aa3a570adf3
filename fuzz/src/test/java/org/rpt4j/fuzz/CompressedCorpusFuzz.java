package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.rpt4j.core.corpus.CorpusOptions;

/** A compressed corpus; the first bytes identify the format. */
class CompressedCorpusFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        CorpusPass.over(SCRATCH.file(name(input), input), CorpusOptions.DEFAULTS);
    }

    private static String name(byte[] input) {
        return switch (input.length == 0 ? 0 : input[0]) {
            case 0x1f -> "corpus.jsonl.gz";
            case 'B' -> "corpus.jsonl.bz2";
            case (byte) 0xFD -> "corpus.jsonl.xz";
            default -> "corpus.jsonl.zst";
        };
    }
}
