package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * Offers {@link PrefixMatchVerifier} under the name {@code prefix-match}.
 *
 * @since 0.1.0
 */
public final class PrefixMatchProvider implements RewardVerifierProvider {

    /** For the service loader. */
    public PrefixMatchProvider() {}

    @Override
    public String name() {
        return "prefix-match";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        return new PrefixMatchVerifier();
    }
}
