package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.tck.RewardVerifierContract;

class FirstTokenContractTest extends RewardVerifierContract {

    @Override
    protected RewardVerifier verifier() {
        return new FirstTokenVerifier();
    }
}
