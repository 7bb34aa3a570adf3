package org.rpt4j.answers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.rpt4j.spi.RewardVerifierProvider;

class ModuleDescriptorTest {

    private static InputStream open(String resource) throws IOException {
        String classes = Question.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        return URI.create(classes.endsWith("/") ? classes + resource : "jar:" + classes + "!/" + resource)
                .toURL()
                .openStream();
    }

    /** The class path finds services by files, the module path by the descriptor: both must find the same. */
    @Test
    void servicesMatchTheClassPath() throws IOException {
        try (InputStream module = open("module-info.class");
                InputStream services = open("META-INF/services/" + RewardVerifierProvider.class.getName())) {
            ModuleDescriptor descriptor = ModuleDescriptor.read(module);
            assertThat(descriptor.provides()).singleElement().satisfies(provided -> {
                assertThat(provided.service()).isEqualTo(RewardVerifierProvider.class.getName());
                assertThat(new String(services.readAllBytes(), StandardCharsets.UTF_8).lines())
                        .containsExactlyElementsOf(provided.providers());
            });
        }
    }
}
