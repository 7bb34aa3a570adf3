package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

class BackendsCommandTest {

    @Test
    void everyBackendOfTheClassPathIsListedWithWhatItCanDo() {
        Cli listed = Cli.run("backends");

        assertThat(listed.code()).isZero();
        assertThat(listed.err()).isEmpty();
        assertThat(Backends.discover().all())
                .extracting(BackendProvider::name)
                .contains("djl", "native", "onnx", "reference");
        assertThat(Backends.discover().all())
                .allSatisfy(provider -> assertThat(listed.out()).contains(provider.name() + ": "));
        assertThat(listed.out())
                .containsSubsequence(
                        "onnx: usable",
                        "can: GENERATE, LOG_PROBS, SCORE",
                        "reference: usable",
                        "can: GENERATE, LOG_PROBS, TRAIN, SCORE",
                        "float64");
    }
}
