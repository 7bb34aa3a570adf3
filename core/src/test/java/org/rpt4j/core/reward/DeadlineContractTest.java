package org.rpt4j.core.reward;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.tck.RewardVerifierContract;

class DeadlineContractTest extends RewardVerifierContract {

    private final DeadlineVerifier verifier = new DeadlineVerifier(new PrefixMatchVerifier(), Duration.ofMinutes(1));

    @AfterEach
    void close() {
        verifier.close();
    }

    @Override
    protected RewardVerifier verifier() {
        return verifier;
    }
}
