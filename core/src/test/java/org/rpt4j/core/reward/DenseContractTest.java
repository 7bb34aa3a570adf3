package org.rpt4j.core.reward;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.tck.RewardVerifierContract;

class DenseContractTest extends RewardVerifierContract {

    @TempDir
    private Path directory;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of(), List.of()));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    @Override
    protected RewardVerifier verifier() {
        DirectPrediction direct = (context, tokens) ->
                Arrays.stream(tokens).mapToDouble(token -> 1.0 / (2 + token)).toArray();
        return new DenseVerifier(tokenizer, direct, condition());
    }

    DenseCondition condition() {
        return DenseCondition.ALWAYS;
    }
}
