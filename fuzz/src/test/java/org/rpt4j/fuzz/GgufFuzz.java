package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.tokenize.TokenizerConfig;
import org.rpt4j.model.format.Checkpoint;
import org.rpt4j.model.format.WeightSpec;

/** A GGUF file: every weight, the tokenizer with a text, and its settings. */
class GgufFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path file = SCRATCH.file("model.gguf", input);
        Promise.readsOrRefuses(() -> {
            try (Checkpoint checkpoint = Checkpoint.open(file)) {
                for (WeightSpec spec : checkpoint.layout().all()) {
                    if (spec.size() > 8L * input.length) {
                        throw new AssertionError(spec + " of a file of " + input.length + " bytes");
                    }
                    checkpoint.read(spec, FloatBuffer.allocate((int) spec.size()));
                }
                return checkpoint.absentTokens();
            }
        });
        Promise.readsOrRefuses(() -> {
            try (Tokenizer tokenizer = Tokenizer.open(file)) {
                tokenizer.encodeWithSpecials("a b\u00e9</s>");
                return tokenizer.bytes(tokenizer.encode("a b\u00e9\ud83d\ude00 12"));
            }
        });
        Promise.readsOrRefuses(() -> TokenizerConfig.read(file));
    }
}
