package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.tokenize.Tokenizer;

/** {@code tokenizer.json}, and a few texts; among them runs that a bad expression would search again and again. */
class TokenizerFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path directory = SCRATCH.file("tokenizer.json", input).getParent();
        Promise.readsOrRefuses(() -> {
            try (Tokenizer tokenizer = Tokenizer.open(directory)) {
                tokenizer.bytes(tokenizer.encode("a b\u00e9\ud83d\ude00</think>"));
                tokenizer.encodeContinuation("<think> a");
                tokenizer.encodeWithSpecials("x".repeat(200) + " ".repeat(200) + "1\u0301\u0323</s>");
                return VocabularyFingerprint.of(tokenizer);
            }
        });
    }
}
