package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.Backends;

class PickBackendTest {

    private final Backends backends = Backends.discover();

    @Test
    void theFirstPreferredThatCanDoTheWorkIsChosen() {
        assertThat(PickBackend.choose(backends, Capability.TRAIN, List.of("nothing", "own", "reference", "djl")))
                .contains("reference");
        assertThat(PickBackend.choose(backends, Capability.GENERATE, List.of("own", "reference")))
                .contains("own");
        assertThat(PickBackend.choose(backends, Capability.TRAIN, List.of("own", "nothing")))
                .isEmpty();
    }

    @Test
    void theProgramListsAndOpens() {
        String printed = Printed.by(() -> PickBackend.main(new String[] {"reference"}));

        assertThat(printed.lines())
                .anyMatch(line ->
                        line.startsWith("own [GENERATE, LOG_PROBS, SCORE]") && line.endsWith("on plain Java, cpu"));
        assertThat(printed).contains("Opened reference, optimizers [");
    }
}
