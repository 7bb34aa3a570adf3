package org.rpt4j.reliability;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.function.UnaryOperator;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.backend.djl.DjlTensors;
import org.rpt4j.backend.jni.NativeBytes;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.Backends;

/** Backends by name, and their counters. */
final class Engines {

    private Engines() {}

    /** Opens a backend with two threads; skips the test if it was not built, as native without a compiler. */
    static Backend open(String name) {
        return open(name, UnaryOperator.identity());
    }

    /** Like {@link #open(String)}, with further options. */
    static Backend open(String name, UnaryOperator<BackendOptions> further) {
        Backends backends = Backends.discover();
        if (backends.provider(name).availability() instanceof Availability.Unavailable unavailable) {
            assumeTrue(false, unavailable.reason());
        }
        return backends.openBackend(
                name,
                further.apply(BackendOptions.DEFAULTS.toBuilder().threads(2).build()));
    }

    /** Returns the bytes or tensors that the engine holds for a policy; 0 if it does not report them. */
    static long count(Backend backend, Policy policy) {
        return switch (backend.name()) {
            case "native" -> NativeBytes.of(backend);
            case "djl" -> DjlTensors.of(policy);
            default -> 0;
        };
    }
}
