package org.rpt4j.backend.jni;

import org.junit.jupiter.api.condition.EnabledIf;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.OptimizerContract;

/**
 * In single precision alone: the update is the same code in both, and AdamW divides a gradient by its own size, so the
 * rounding of a gradient that is nearly 0 decides the sign of a full step.
 */
@EnabledIf(Library.BUILT)
class NativeOptimizerContractTest extends OptimizerContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
