package org.rpt4j.backend.onnx;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;

class OnnxBackendContractTest extends BackendContract {

    @Override
    protected BackendProvider provider() {
        return new OnnxBackendProvider();
    }
}
