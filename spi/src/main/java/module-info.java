/** The rpt4j SPI: what a backend or a reward implements, and how an application finds it. */
module org.rpt4j.spi {
    requires transitive org.rpt4j.api;
    requires com.fasterxml.jackson.databind;
    requires static org.jspecify;

    exports org.rpt4j.spi;
    exports org.rpt4j.spi.support;

    uses org.rpt4j.spi.BackendProvider;
    uses org.rpt4j.spi.RewardVerifierProvider;
}
