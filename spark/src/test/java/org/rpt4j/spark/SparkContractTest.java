package org.rpt4j.spark;

import org.junit.jupiter.api.Nested;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.PolicyContract;
import org.rpt4j.tck.ProxyScorerContract;

/** A cluster keeps the rules of a policy and of a scorer, with few items per task so that every call is split. */
class SparkContractTest {

    private static final ClusterOptions SPLIT = ClusterOptions.builder()
            .promptsPerTask(2)
            .sequencesPerTask(2)
            .cutOnDriver(true)
            .build();

    @Nested
    class AsPolicy extends PolicyContract {
        @Override
        protected BackendProvider provider() {
            return LocalCluster.provider(SPLIT);
        }
    }

    @Nested
    class AsProxyScorer extends ProxyScorerContract {
        @Override
        protected BackendProvider provider() {
            return LocalCluster.provider(SPLIT);
        }
    }
}
