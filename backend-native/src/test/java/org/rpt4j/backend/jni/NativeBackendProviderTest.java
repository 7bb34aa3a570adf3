package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.rpt4j.api.Capability;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

class NativeBackendProviderTest {

    @Test
    void itIsFoundByNameAndSaysWhatItDoes() {
        BackendProvider provider = Backends.discover().provider("native");
        assertThat(provider).isInstanceOf(NativeBackendProvider.class);
        assertThat(provider.apiVersion()).isEqualTo(BackendProvider.API_VERSION);
        assertThat(provider.capabilities()).containsExactlyInAnyOrder(Capability.values());
    }

    @Test
    @EnabledIf(Library.BUILT)
    void itSaysWhatItRunsOn() {
        assertThat(Backends.discover().provider("native").availability())
                .isInstanceOfSatisfying(
                        Availability.Available.class,
                        available -> assertThat(available.detail())
                                .contains(NativeLibraries.VERSION)
                                .contains("portable"));
    }

    @Test
    @DisabledIf(Library.BUILT)
    void withoutALibraryItSaysSo() {
        String reason = "no native library " + Platform.current().resource(NativeLibraries.VERSION);
        assertThat(Backends.discover().provider("native").availability())
                .isInstanceOfSatisfying(
                        Availability.Unavailable.class,
                        unavailable -> assertThat(unavailable.reason()).startsWith(reason));
        assertThatThrownBy(() -> Backends.open("native"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining(reason);
    }

    @Test
    void moduleAndClassPathOfferTheSameProviders() throws IOException, URISyntaxException {
        URI classes = NativeBackendProvider.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        String service = BackendProvider.class.getName();
        try (InputStream module = classes.resolve("module-info.class").toURL().openStream();
                InputStream services =
                        classes.resolve("META-INF/services/" + service).toURL().openStream()) {
            Set<ModuleDescriptor.Provides> provides =
                    ModuleDescriptor.read(module).provides();
            assertThat(provides).singleElement().satisfies(one -> {
                assertThat(one.service()).isEqualTo(service);
                assertThat(one.providers())
                        .isEqualTo(new String(services.readAllBytes(), StandardCharsets.UTF_8)
                                .lines()
                                .toList());
            });
        }
    }
}
