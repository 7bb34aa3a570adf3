package org.rpt4j.backend.djl;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.PolicyContract;

class DjlPolicyContractTest extends PolicyContract {

    @Override
    protected BackendProvider provider() {
        return new DjlBackendProvider();
    }
}
