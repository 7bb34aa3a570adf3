package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Policy;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/** Checks that an undeclared capability is refused with the documented text. */
final class Refusals {

    private Refusals() {}

    static void check(Fixture fixture, Capability missing) {
        Backend backend = fixture.backend();
        String can = backend.capabilities().stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
        if (missing == Capability.DECODE && canOpenPolicy(backend)) {
            // The default of the role, which does not know its backend.
            assertThatThrownBy(() -> fixture.policy().openSession(), "a request for a session")
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("cannot DECODE");
            return;
        }
        if (missing == Capability.GRADIENTS && backend.capabilities().contains(Capability.TRAIN)) {
            assertThatThrownBy(() -> fixture.openTrainable().gradients(), "a request for gradients as numbers")
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessageContaining("has no GRADIENTS");
            return;
        }
        assertThatThrownBy(request(fixture, missing), "a request for %s, which the backend does not declare", missing)
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("Backend \"" + backend.name() + "\" cannot ")
                .hasMessageContaining("(it can: " + (can.isEmpty() ? "nothing" : can) + ")");
    }

    private static boolean canOpenPolicy(Backend backend) {
        Set<Capability> declared = backend.capabilities();
        return declared.contains(Capability.GENERATE) || declared.contains(Capability.LOG_PROBS);
    }

    private static ThrowingCallable request(Fixture fixture, Capability missing) {
        Backend backend = fixture.backend();
        Set<Capability> declared = backend.capabilities();
        return switch (missing) {
            case TRAIN, GRADIENTS -> () -> backend.openTrainablePolicy(fixture.source());
            case ADAPT -> () -> backend.openTrainablePolicy(Adapters.over(fixture, Adapters.FULL));
            case DECODE -> () -> backend.openPolicy(fixture.source());
            case SCORE -> () -> backend.openProxyScorer(fixture.source());
            case GENERATE ->
                declared.contains(Capability.LOG_PROBS)
                        ? () -> generate(fixture.policy())
                        : () -> backend.openPolicy(fixture.source());
            case LOG_PROBS ->
                declared.contains(Capability.GENERATE)
                        ? () -> fixture.policy().logProbs(TokenBatch.builder(1).build())
                        : () -> backend.openPolicy(fixture.source());
        };
    }

    private static void generate(Policy policy) {
        policy.generate(List.of(), SamplingOptions.greedy(1));
    }
}
