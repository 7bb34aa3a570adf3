package org.rpt4j.backend.djl;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;

class DjlBackendContractTest extends BackendContract {

    @Override
    protected BackendProvider provider() {
        return new DjlBackendProvider();
    }
}
