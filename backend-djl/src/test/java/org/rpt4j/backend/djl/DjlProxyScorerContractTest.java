package org.rpt4j.backend.djl;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.ProxyScorerContract;

class DjlProxyScorerContractTest extends ProxyScorerContract {

    @Override
    protected BackendProvider provider() {
        return new DjlBackendProvider();
    }
}
