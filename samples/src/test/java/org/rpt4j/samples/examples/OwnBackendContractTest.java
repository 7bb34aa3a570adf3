package org.rpt4j.samples.examples;

import org.junit.jupiter.api.Nested;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;
import org.rpt4j.tck.PolicyContract;
import org.rpt4j.tck.ProxyScorerContract;

/** The contract for the roles that the backend declares: all that a vendor writes to be tested. */
class OwnBackendContractTest {

    @Nested
    class AsBackend extends BackendContract {
        @Override
        protected BackendProvider provider() {
            return new OwnBackend();
        }
    }

    @Nested
    class AsPolicy extends PolicyContract {
        @Override
        protected BackendProvider provider() {
            return new OwnBackend();
        }
    }

    @Nested
    class AsProxyScorer extends ProxyScorerContract {
        @Override
        protected BackendProvider provider() {
            return new OwnBackend();
        }
    }
}
