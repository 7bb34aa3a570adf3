package org.rpt4j.backend.jni;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.condition.EnabledIf;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Precision;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.TrainablePolicyContract;

@EnabledIf(Library.BUILT)
class NativeTrainablePolicyContractTest extends TrainablePolicyContract {

    @Override
    protected BackendProvider provider() {
        return new NativeBackendProvider();
    }

    /** The same rules with bfloat16 arithmetic. */
    @Nested
    class Bf16 extends TrainablePolicyContract {

        @Override
        protected BackendProvider provider() {
            return new NativeBackendProvider();
        }

        @Override
        protected BackendOptions options() {
            return BackendOptions.DEFAULTS.toBuilder().precision(Precision.BF16).build();
        }
    }
}
