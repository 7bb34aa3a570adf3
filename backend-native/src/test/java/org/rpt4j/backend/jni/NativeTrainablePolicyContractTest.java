package org.rpt4j.backend.jni;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.TrainablePolicyContract;

class NativeTrainablePolicyContractTest extends TrainablePolicyContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
