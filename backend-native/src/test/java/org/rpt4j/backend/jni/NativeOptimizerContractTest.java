package org.rpt4j.backend.jni;

import org.junit.jupiter.api.condition.EnabledIf;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.OptimizerContract;

/**
 * In single precision only: both precisions share the code of the update, and AdamW divides a gradient by its own size,
 * so the rounding of a gradient near 0 would decide the sign of a full step.
 */
@EnabledIf(Library.BUILT)
class NativeOptimizerContractTest extends OptimizerContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }
}
