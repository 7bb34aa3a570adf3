package org.rpt4j.tck.wrong;

import java.util.List;
import java.util.stream.Stream;

/** The registry of wrong backends, at least one for each rule about backends. Stateless. */
public final class WrongTwins {

    private WrongTwins() {}

    /** Returns all of them. */
    public static List<WrongTwin> all() {
        return Stream.of(
                        WrongPolicies.all(),
                        WrongSamplers.all(),
                        WrongEndings.all(),
                        WrongSessions.all(),
                        WrongGradients.all(),
                        WrongGradientAccess.all(),
                        WrongTraining.all(),
                        WrongSaves.all(),
                        WrongAdapters.all(),
                        WrongOptimizers.all(),
                        WrongOptimizerStates.all(),
                        WrongSnapshots.all(),
                        WrongScorers.all(),
                        WrongCandidates.all(),
                        WrongBackends.all(),
                        WrongCheckpoints.all(),
                        WrongMagnitudes.all(),
                        WrongKeys.all(),
                        WrongScales.all(),
                        WrongNumbers.all(),
                        WrongPadding.all())
                .flatMap(List::stream)
                .toList();
    }
}
