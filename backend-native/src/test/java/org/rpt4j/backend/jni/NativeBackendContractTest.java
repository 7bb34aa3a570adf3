package org.rpt4j.backend.jni;

import org.junit.jupiter.api.condition.EnabledIf;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;

@EnabledIf(Library.BUILT)
class NativeBackendContractTest extends BackendContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
