package org.rpt4j.samples.examples;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifiers;
import org.rpt4j.tck.RewardVerifierContract;

/** The rules R of the contract. */
class CustomRewardContractTest extends RewardVerifierContract {

    @Override
    protected RewardVerifier verifier() {
        return RewardVerifiers.create("ignore-case");
    }
}
