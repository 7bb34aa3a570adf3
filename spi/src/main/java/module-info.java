/** The rpt4j SPI: what a backend, a reward or a kind of tasks implements, and how an application finds it. */
module org.rpt4j.spi {
    requires transitive org.rpt4j.api;
    requires transitive org.rpt4j.model.format;
    requires java.net.http;
    requires static org.jspecify;

    exports org.rpt4j.spi;
    exports org.rpt4j.spi.kit;
    exports org.rpt4j.spi.http to
            org.rpt4j.backend.vllm,
            org.rpt4j.judge;

    uses org.rpt4j.spi.BackendProvider;
    uses org.rpt4j.spi.RewardVerifierProvider;
    uses org.rpt4j.spi.TaskKindProvider;
}
