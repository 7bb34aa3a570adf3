package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.tck.RewardVerifierContract;

class PrefixMatchContractTest extends RewardVerifierContract {

    @Override
    protected RewardVerifier verifier() {
        return new PrefixMatchVerifier();
    }
}
