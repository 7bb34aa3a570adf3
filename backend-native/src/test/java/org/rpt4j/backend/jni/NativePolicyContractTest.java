package org.rpt4j.backend.jni;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.PolicyContract;

class NativePolicyContractTest extends PolicyContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
