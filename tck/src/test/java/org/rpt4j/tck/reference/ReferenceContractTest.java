package org.rpt4j.tck.reference;

import org.junit.jupiter.api.Nested;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;
import org.rpt4j.tck.OptimizerContract;
import org.rpt4j.tck.PolicyContract;
import org.rpt4j.tck.ProxyScorerContract;
import org.rpt4j.tck.RewardVerifierContract;
import org.rpt4j.tck.TrainablePolicyContract;

/** The reference keeps every rule of the contract. */
class ReferenceContractTest {

    @Nested
    class AsPolicy extends PolicyContract {
        @Override
        protected BackendProvider provider() {
            return new ReferenceProvider();
        }
    }

    @Nested
    class AsTrainablePolicy extends TrainablePolicyContract {
        @Override
        protected BackendProvider provider() {
            return new ReferenceProvider();
        }
    }

    @Nested
    class AsOptimizer extends OptimizerContract {
        @Override
        protected BackendProvider provider() {
            return new ReferenceProvider();
        }
    }

    @Nested
    class AsProxyScorer extends ProxyScorerContract {
        @Override
        protected BackendProvider provider() {
            return new ReferenceProvider();
        }
    }

    @Nested
    class AsBackend extends BackendContract {
        @Override
        protected BackendProvider provider() {
            return new ReferenceProvider();
        }
    }

    @Nested
    class AsRewardVerifier extends RewardVerifierContract {
        @Override
        protected RewardVerifier verifier() {
            return new ReferencePrefixMatch();
        }
    }
}
