/** The ONNX backend of rpt4j: found as {@code onnx} through {@link org.rpt4j.spi.Backends}. */
module org.rpt4j.backend.onnx {
    requires org.rpt4j.spi;
    requires static org.jspecify;

    provides org.rpt4j.spi.BackendProvider with
            org.rpt4j.backend.onnx.OnnxBackendProvider;
}
