/** The ONNX backend of rpt4j, available as {@code onnx} through {@link org.rpt4j.spi.Backends}. */
module org.rpt4j.backend.onnx {
    requires org.rpt4j.spi;
    requires com.fasterxml.jackson.databind;
    requires com.google.protobuf;
    requires com.microsoft.onnxruntime;
    requires org.slf4j;
    requires org.tribuo.util.onnx;
    requires static org.jspecify;

    exports org.rpt4j.backend.onnx.export;

    provides org.rpt4j.spi.BackendProvider with
            org.rpt4j.backend.onnx.OnnxBackendProvider;
}
