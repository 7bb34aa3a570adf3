package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.core.corpus.CorpusOptions;

/** A plain-text corpus, split at separators and at blank lines. */
class TextCorpusFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("corpus.txt", input);
        CorpusPass.over(file, CorpusOptions.DEFAULTS);
        CorpusPass.over(file, CorpusOptions.DEFAULTS.toBuilder().blankLines(3).build());
    }
}
