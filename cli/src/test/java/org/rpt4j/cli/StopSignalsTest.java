package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StopSignalsTest {

    private final StringWriter err = new StringWriter();
    private final List<Integer> halted = new ArrayList<>();
    private final StopSignals signals = new StopSignals(Thread.currentThread(), new PrintWriter(err), halted::add);

    @AfterEach
    void clear() {
        Thread.interrupted();
    }

    @Test
    void withoutASignalTheExitCodeIsTheCommands() {
        assertThat(signals.exitCode(0)).isZero();
        assertThat(signals.exitCode(1)).isEqualTo(1);
    }

    @Test
    void theFirstSignalInterruptsAndTheSecondEndsTheProcess() {
        signals.received("INT", 2);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
        assertThat(halted).isEmpty();
        assertThat(err.toString()).contains("SIGINT received").contains("A second signal ends it at once");
        signals.received("TERM", 15);
        assertThat(halted).containsExactly(143);
        assertThat(signals.exitCode(1)).as("of the signal that stopped it").isEqualTo(130);
    }

    @Test
    void aCommandThatFinishedInSpiteOfASignalIsDone() {
        signals.received("HUP", 1);
        assertThat(signals.exitCode(0)).isZero();
        assertThat(signals.exitCode(1)).isEqualTo(129);
    }
}
