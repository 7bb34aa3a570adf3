package org.rpt4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;

class BackendsTest {

    @TempDir
    Path directory;

    private Backends discover(Class<?>... providers) throws IOException {
        return Backends.discover(Services.offering(directory, BackendProvider.class, providers));
    }

    @Test
    void aBackendIsFoundByNameAndOpenedWithTheOptions() throws IOException {
        BackendOptions options =
                BackendOptions.DEFAULTS.toBuilder().device(Device.cuda(2)).build();
        Backends backends = discover(ToyBackends.Good.class, ToyBackends.Other.class);
        assertThat(backends.all()).extracting(Provider::name).containsExactly("another-1.0", "toy");
        assertThat(backends.failures()).isEmpty();
        try (Backend backend = backends.openBackend("toy", options)) {
            assertThat(backend).isEqualTo(new ToyBackends.Opened("toy", options));
        }
    }

    @Test
    void theContextClassLoaderIsAskedToo() throws IOException {
        ClassLoader loader = Services.offering(directory, BackendProvider.class, ToyBackends.Good.class);
        assertThat(Services.withContext(loader, Backends::discover).all())
                .extracting(Provider::name)
                .containsExactly("toy");
        assertThat(Services.withContext(loader, () -> Backends.open("toy")))
                .isEqualTo(new ToyBackends.Opened("toy", BackendOptions.DEFAULTS));
        assertThat(Services.withContext(null, Backends::discover).all()).isEmpty();
    }

    @Test
    void anUnknownNameListsWhatIsThere() throws IOException {
        assertThatThrownBy(() -> discover(ToyBackends.Good.class, ToyBackends.Other.class)
                        .provider("nativ"))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessage("No backend named \"nativ\". Available: another-1.0, toy. Add rpt4j-backend-<name> to the"
                        + " class path.");
        assertThatThrownBy(() -> discover().provider("djl")).hasMessageContaining("Available: none.");
    }

    @Test
    void twoProvidersOfOneNameAreRefusedForThatNameOnly() throws IOException {
        Backends backends = discover(ToyBackends.Good.class, ToyBackends.Twin.class, ToyBackends.Other.class);
        assertThatThrownBy(() -> backends.provider("toy"))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessageContaining("Backend \"toy\" is claimed by [")
                .hasMessageContaining(ToyBackends.Good.class.getName())
                .hasMessageContaining(ToyBackends.Twin.class.getName());
        assertThat(backends.provider("another-1.0").name()).isEqualTo("another-1.0");
    }

    @Test
    void brokenProvidersDoNotHideTheOthersAndTheirCausesAreKept() throws IOException {
        ClassLoader loader = Services.offering(
                directory,
                BackendProvider.class,
                ToyBackends.Exploding.class.getName(),
                "org.example.Missing",
                ToyBackends.Nameless.class.getName(),
                ToyBackends.Misnamed.class.getName(),
                BackendsTest.class.getName(),
                ToyBackends.Good.class.getName());
        Backends backends = Backends.discover(loader);
        assertThat(backends.provider("toy")).isInstanceOf(ToyBackends.Good.class);
        String failures =
                backends.failures().stream().map(f -> f + " " + f.getCause()).collect(Collectors.joining("\n"));
        assertThat(backends.failures()).hasSize(5);
        assertThat(failures)
                .contains("no engine today")
                .contains("org.example.Missing not found")
                .contains("no name today")
                .contains("has the name \"Toy Backend\"; a name consists of")
                .contains("BackendsTest not a subtype");
        assertThatThrownBy(() -> backends.provider("djl"))
                .satisfies(e -> assertThat(List.of(e.getSuppressed())).isEqualTo(backends.failures()));
    }

    @Test
    void aClassLoaderThatAlwaysFailsDoesNotHangTheSearch() {
        Backends backends = Backends.discover(Services.unreadable());
        assertThat(backends.all()).isEmpty();
        assertThat(backends.failures())
                .isNotEmpty()
                .allSatisfy(failure -> assertThat(failure).hasRootCauseMessage("the disk is gone"));
    }

    @Test
    void aProviderOfAnotherSpiVersionIsRefused() throws IOException {
        assertThatThrownBy(() -> discover(ToyBackends.Outdated.class).provider("outdated"))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessage("Backend \"outdated\" was built for SPI version 2, this is version 1. Use the same version"
                        + " of every rpt4j module.");
    }

    @Test
    void anUnavailableBackendNamesThePlatformTheReasonAndTheCause() throws IOException {
        Backends backends = discover(ToyBackends.Unavailable.class);
        assertThat(backends.all()).hasSize(1);
        assertThatThrownBy(() -> backends.openBackend("unavailable", BackendOptions.DEFAULTS))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessage("Backend \"unavailable\" is on the class path but unusable on "
                        + System.getProperty("os.name") + " " + System.getProperty("os.arch")
                        + ": libtoy is not installed. Install it.")
                .hasCause(ToyBackends.Unavailable.CAUSE);
    }

    @Test
    void aProbeThatFailsMakesABackendUnavailable() throws IOException {
        assertThatThrownBy(() -> discover(ToyBackends.Unsure.class).openBackend("unsure", BackendOptions.DEFAULTS))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining(ToyBackends.Unsure.class.getName() + " failed to tell whether it can run")
                .hasCauseInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void aRoleThatABackendDoesNotHaveIsRefusedWithTheRolesThatItHas() throws IOException {
        try (Backend backend = discover(ToyBackends.Good.class).openBackend("toy", BackendOptions.DEFAULTS)) {
            assertThatThrownBy(() -> backend.openTrainablePolicy(ModelSource.directory(directory)))
                    .isInstanceOf(UnsupportedCapabilityException.class)
                    .hasMessage("Backend \"toy\" cannot TRAIN (it can: GENERATE, SCORE). Use another backend for this"
                            + " role.");
            assertThat(backend.optimizers()).isEmpty();
        }
    }
}
