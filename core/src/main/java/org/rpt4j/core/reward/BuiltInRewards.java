package org.rpt4j.core.reward;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * The rewards of this library by name, through the same door as a vendor's.
 *
 * @since 0.1.0
 */
public final class BuiltInRewards {

    private BuiltInRewards() {}

    /** Offers {@link PrefixMatchVerifier} under the name {@code prefix-match}. */
    public static final class PrefixMatch extends BuiltIn {

        /** For the service loader. */
        public PrefixMatch() {
            super("prefix-match");
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new PrefixMatchVerifier();
        }
    }

    /** Offers {@link FirstTokenVerifier} under the name {@code first-token}. */
    public static final class FirstToken extends BuiltIn {

        /** For the service loader. */
        public FirstToken() {
            super("first-token");
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new FirstTokenVerifier();
        }
    }

    /** Offers {@link DenseVerifier} under the name {@code dense}; it queries the policy. */
    public static final class Dense extends BuiltIn {

        /** For the service loader. */
        public Dense() {
            super("dense");
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return DenseVerifier.of(context, DenseCondition.ALWAYS);
        }
    }

    /** Offers {@link DenseVerifier} with {@link DenseCondition#GROUP_HAS_HIT} under {@code conditional-dense}. */
    public static final class ConditionalDense extends BuiltIn {

        /** For the service loader. */
        public ConditionalDense() {
            super("conditional-dense");
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return DenseVerifier.of(context, DenseCondition.GROUP_HAS_HIT);
        }
    }

    /**
     * Offers {@link LikelihoodVerifier} under the name {@code likelihood}, with the options of {@link
     * LikelihoodOptions}; it queries the policy.
     */
    public static final class Likelihood extends BuiltIn {

        /** For the service loader. */
        public Likelihood() {
            super("likelihood");
        }

        @Override
        public boolean judgesThoughtAlone() {
            return true;
        }

        @Override
        public List<String> options() {
            return LikelihoodOptions.NAMES;
        }

        @Override
        public void checkOptions(Map<String, String> given) {
            LikelihoodOptions.parse(given);
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new LikelihoodVerifier(LikelihoodOptions.parse(context.options()), context);
        }
    }

    /**
     * Offers {@link LikelihoodVerifier} under the name {@code information-gain}: how many nats a thought adds to the log
     * probability of the true tokens. It has the options of {@link LikelihoodOptions} that do not change that.
     */
    public static final class InformationGain extends BuiltIn {

        /** For the service loader. */
        public InformationGain() {
            super("information-gain");
        }

        @Override
        public boolean judgesThoughtAlone() {
            return true;
        }

        @Override
        public List<String> options() {
            return List.of(
                    LikelihoodOptions.TOKENS.name(),
                    LikelihoodOptions.UNFINISHED.name(),
                    LikelihoodOptions.LEAD_IN.name());
        }

        @Override
        public void checkOptions(Map<String, String> given) {
            LikelihoodOptions.parse(given);
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            LikelihoodOptions options = LikelihoodOptions.parse(context.options()).toBuilder()
                    .kind(LikelihoodOptions.Kind.LOG_PROB)
                    .debias(true)
                    .build();
            return new LikelihoodVerifier(options, context);
        }
    }

    private abstract static class BuiltIn implements RewardVerifierProvider {

        private final String name;

        private BuiltIn(String name) {
            this.name = name;
        }

        @Override
        public final String name() {
            return name;
        }

        @Override
        public final int apiVersion() {
            return API_VERSION;
        }
    }
}
