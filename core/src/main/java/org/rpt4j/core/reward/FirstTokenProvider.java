package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * Offers {@link FirstTokenVerifier} under the name {@code first-token}.
 *
 * @since 0.1.0
 */
public final class FirstTokenProvider implements RewardVerifierProvider {

    /** For the service loader. */
    public FirstTokenProvider() {}

    @Override
    public String name() {
        return "first-token";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        return new FirstTokenVerifier();
    }
}
