package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierProvider;

/** Offers {@link FirstTokenVerifier} under the name {@code first-token}. */
public final class FirstTokenProvider implements RewardVerifierProvider {

    /** For the service loader. */
    public FirstTokenProvider() {}

    @Override
    public String name() {
        return "first-token";
    }

    @Override
    public RewardVerifier create() {
        return new FirstTokenVerifier();
    }
}
