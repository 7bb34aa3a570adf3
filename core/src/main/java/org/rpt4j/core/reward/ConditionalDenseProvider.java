package org.rpt4j.core.reward;

import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * Offers {@link DenseVerifier} with {@link DenseCondition#GROUP_HAS_HIT} under the name {@code conditional-dense}.
 *
 * @since 0.1.0
 */
public final class ConditionalDenseProvider implements RewardVerifierProvider {

    /** For the service loader. */
    public ConditionalDenseProvider() {}

    @Override
    public String name() {
        return "conditional-dense";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        return DenseVerifier.of(context, DenseCondition.GROUP_HAS_HIT);
    }
}
