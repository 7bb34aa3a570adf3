package org.rpt4j.backend.jni;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;

class NativeBackendContractTest extends BackendContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
