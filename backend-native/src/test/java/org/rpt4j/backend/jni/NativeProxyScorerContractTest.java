package org.rpt4j.backend.jni;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.ProxyScorerContract;

class NativeProxyScorerContractTest extends ProxyScorerContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
