package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * Offers {@link DenseVerifier} under the name {@code dense}; it queries the policy.
 *
 * @since 0.1.0
 */
public final class DenseProvider implements RewardVerifierProvider {

    /** For the service loader. */
    public DenseProvider() {}

    @Override
    public String name() {
        return "dense";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        return DenseVerifier.of(context, DenseCondition.ALWAYS);
    }
}
