package org.rpt4j.backend.onnx;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.ProxyScorerContract;

class OnnxProxyScorerContractTest extends ProxyScorerContract {

    @Override
    protected BackendProvider provider() {
        return new OnnxBackendProvider();
    }
}
