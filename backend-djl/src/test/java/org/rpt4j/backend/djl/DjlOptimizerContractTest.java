package org.rpt4j.backend.djl;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.OptimizerContract;

class DjlOptimizerContractTest extends OptimizerContract {

    @Override
    protected BackendProvider provider() {
        return new DjlBackendProvider();
    }
}
