package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.core.corpus.CorpusOptions;

/** A corpus in JSON Lines: strict, with bad lines skipped, and with its text in two fields. */
class JsonLinesCorpusFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("corpus.jsonl", input);
        CorpusPass.over(file, CorpusOptions.DEFAULTS);
        CorpusPass.over(
                file, CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(2).build());
        CorpusPass.over(
                file,
                CorpusOptions.DEFAULTS.toBuilder().textFields("text", "answer").build());
    }
}
