package org.rpt4j.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Provides;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.rpt4j.core.train.RptTrainer;
import org.rpt4j.spi.RewardVerifierProvider;
import org.rpt4j.spi.TaskKindProvider;

class ModuleDescriptorTest {

    private static final String SERVICES = "META-INF/services/";

    private static InputStream open(String resource) throws IOException {
        String classes = RptTrainer.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toString();
        return URI.create(classes.endsWith("/") ? classes + resource : "jar:" + classes + "!/" + resource)
                .toURL()
                .openStream();
    }

    private static ModuleDescriptor descriptor() throws IOException {
        try (InputStream in = open("module-info.class")) {
            return ModuleDescriptor.read(in);
        }
    }

    /** The class path finds services by files, the module path by the descriptor: both must find the same. */
    @Test
    void servicesMatchTheClassPath() throws IOException {
        Map<String, List<String>> provided =
                descriptor().provides().stream().collect(Collectors.toMap(Provides::service, Provides::providers));
        assertThat(provided).containsOnlyKeys(RewardVerifierProvider.class.getName(), TaskKindProvider.class.getName());
        for (Map.Entry<String, List<String>> service : provided.entrySet()) {
            try (InputStream in = open(SERVICES + service.getKey())) {
                List<String> named = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
                assertThat(named).containsExactlyElementsOf(service.getValue());
            }
        }
    }

    @Test
    void theModuleIsNamedAndExportsOnlyWhatHasReaders() throws IOException {
        ModuleDescriptor core = descriptor();
        assertThat(core.name()).isEqualTo("org.rpt4j.core");
        assertThat(core.isOpen()).isFalse();
        assertThat(core.exports().stream()
                        .filter(ModuleDescriptor.Exports::isQualified)
                        .map(ModuleDescriptor.Exports::source))
                .containsExactly("org.rpt4j.core.dataset");
    }
}
