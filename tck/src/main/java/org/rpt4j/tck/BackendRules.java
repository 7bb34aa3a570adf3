package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

/** Rules about providers and about backends as a whole. */
final class BackendRules {

    private static final Device MISSING = Device.cuda(999);
    private static final long THREAD_DEADLINE_MILLIS = 1000;

    private BackendRules() {}

    @Rule(id = "B1", value = "the provider is registered under its name for this version of the SPI")
    static void registration(Fixture f) {
        BackendProvider provider = f.subject().provider();
        assertThat(provider.name()).matches("[a-z0-9.-]+");
        assertThat(provider.apiVersion()).isEqualTo(BackendProvider.API_VERSION);
        assertThat(provider.availability()).isInstanceOf(Availability.Available.class);
        assertThat(Backends.discover().provider(provider.name())).hasSameClassAs(provider);
    }

    @Rule(id = "B2", value = "the backend is what its provider announces")
    static void announcement(Fixture f) {
        Backend backend = f.backend();
        BackendProvider provider = f.subject().provider();
        assertThat(backend.name()).isEqualTo(provider.name());
        assertThat(backend.capabilities()).isNotEmpty().isEqualTo(provider.capabilities());
        boolean trains = backend.capabilities().contains(Capability.TRAIN);
        assertThat(!backend.optimizers().isEmpty()).as("has optimizers").isEqualTo(trains);
    }

    @Rule(id = "B3", value = "undeclared capabilities are refused with the documented text")
    static void refusal(Fixture f) {
        Set<Capability> undeclared = EnumSet.allOf(Capability.class);
        undeclared.removeAll(f.backend().capabilities());
        undeclared.forEach(capability -> Refusals.check(f, capability));
    }

    @Rule(id = "B4", value = "closing a backend closes its models")
    static void closesModels(Fixture f) {
        Map<String, Supplier<ModelDescription>> opened = new HashMap<>();
        for (DeclaredRole role : DeclaredRole.of(f.backend(), f.source())) {
            opened.put(role.name(), role.open().get());
        }
        opened.values()
                .forEach(model -> assertThat(model.get().vocabularySize()).isEqualTo(TinyModel.VOCABULARY));
        f.backend().close();
        opened.forEach((name, model) -> Checks.assertIllegalState("a " + name + " of a closed backend", model::get));
    }

    @Rule(id = "B5", value = "closing a backend is idempotent and final")
    static void close(Fixture f) {
        Backend backend = f.backend();
        backend.close();
        assertThatCode(backend::close).as("a second close").doesNotThrowAnyException();
        for (DeclaredRole role : DeclaredRole.of(backend, f.source())) {
            Checks.assertIllegalState("a " + role.name() + " from a closed backend", role.open()::get);
        }
    }

    @Rule(id = "B6", value = "a missing device is an error")
    static void missingDevice(Fixture f) {
        assertThatThrownBy(
                        () -> f.openBackend(
                                options -> options.toBuilder().device(MISSING).build()),
                        "opening on %s",
                        MISSING)
                .isInstanceOf(DeviceUnavailableException.class)
                .hasMessageContaining(MISSING.toString());
    }

    @Rule(id = "B7", value = "two models of one backend share no mutable state")
    @Needs({Capability.TRAIN, Capability.LOG_PROBS})
    static void independence(Fixture f) {
        TokenBatch batch = Group.batch(1, Group.RAGGED);
        TrainablePolicy still = f.openTrainable();
        double[] before = still.logProbs(batch).values();
        TrainablePolicy moving = f.openTrainable();
        try (Optimizer optimizer = moving.openOptimizer(TrainingRules.LARGE_STEPS)) {
            GradientProbe.pass(moving, batch, Group.weights(batch, 1));
            optimizer.step();
        }
        assertThat(moving.logProbs(batch).values()).as("of the trained model").isNotEqualTo(before);
        assertThat(still.version()).as("version of the other model").isZero();
        assertThat(still.logProbs(batch).values()).as("of the other model").isEqualTo(before);
        moving.close();
        assertThat(still.logProbs(batch).values()).as("of the remaining model").isEqualTo(before);
    }

    @Rule(id = "B8", value = "a closed backend leaves no thread that keeps the JVM alive")
    static void threads(Fixture f) throws InterruptedException {
        Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
        Backend backend = f.backend();
        DeclaredRole.of(backend, f.source()).forEach(role -> role.open().get());
        backend.close();
        List<Thread> started = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> !thread.isDaemon() && !before.contains(thread))
                .toList();
        for (Thread thread : started) {
            thread.join(THREAD_DEADLINE_MILLIS);
            assertThat(thread.isAlive()).as("%s is still alive", thread).isFalse();
        }
    }
}
