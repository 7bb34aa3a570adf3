package org.rpt4j.backend.onnx;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.PolicyContract;

class OnnxPolicyContractTest extends PolicyContract {

    @Override
    protected BackendProvider provider() {
        return new OnnxBackendProvider();
    }
}
