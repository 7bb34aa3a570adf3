package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

class OnnxBackendProviderTest {

    @Test
    void itIsFoundByNameAndSaysWhatItWillDo() {
        BackendProvider provider = Backends.discover().provider("onnx");
        assertThat(provider).isInstanceOf(OnnxBackendProvider.class);
        assertThat(provider.apiVersion()).isEqualTo(BackendProvider.API_VERSION);
        assertThat(provider.capabilities())
                .isEqualTo(Set.of(Capability.SCORE, Capability.GENERATE, Capability.LOG_PROBS, Capability.DECODE));
    }

    @Test
    void moduleAndClassPathOfferTheSameProviders() throws IOException, URISyntaxException {
        URI classes = OnnxBackendProvider.class
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
