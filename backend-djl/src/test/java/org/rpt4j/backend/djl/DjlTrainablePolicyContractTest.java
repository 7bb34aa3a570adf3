package org.rpt4j.backend.djl;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.TrainablePolicyContract;

class DjlTrainablePolicyContractTest extends TrainablePolicyContract {

    @Override
    protected BackendProvider provider() {
        return new DjlBackendProvider();
    }
}
