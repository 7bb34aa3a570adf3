package org.rpt4j.core.reward;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifiers;
import org.rpt4j.tck.RewardVerifierContract;

class LikelihoodContractTest extends RewardVerifierContract {

    /** The true token of the contract's task. */
    private static final int TRUTH = 8;

    @TempDir
    private Path directory;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(), List.of("</think>")));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Override
    protected boolean judgesThoughtAlone() {
        return true;
    }

    @Override
    protected RewardVerifier verifier() {
        TextPolicy policy =
                new TextPolicy(tokenizer, 64, text -> Map.of(TRUTH, 1 / (2.0 + Math.floorMod(text.hashCode(), 8))));
        return RewardVerifiers.create(
                "likelihood",
                RewardVerifierContext.builder()
                        .policy(policy)
                        .tokenizer(tokenizer)
                        .thoughtEnd("</think>")
                        .build());
    }
}
