/** The vLLM client of rpt4j, available as {@code vllm} through {@link org.rpt4j.spi.Backends}. */
module org.rpt4j.backend.vllm {
    requires org.rpt4j.spi;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;

    provides org.rpt4j.spi.BackendProvider with
            org.rpt4j.backend.vllm.VllmBackendProvider;
}
