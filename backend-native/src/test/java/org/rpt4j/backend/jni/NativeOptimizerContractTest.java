package org.rpt4j.backend.jni;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.OptimizerContract;

class NativeOptimizerContractTest extends OptimizerContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
