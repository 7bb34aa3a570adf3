package org.rpt4j.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.rpt4j.run.launch.ConfiguredRun;

class ModuleTest {

    private static URI classes() throws URISyntaxException {
        return ConfiguredRun.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
    }

    private static ModuleDescriptor module() throws IOException, URISyntaxException {
        try (InputStream module = classes().resolve("module-info.class").toURL().openStream()) {
            return ModuleDescriptor.read(module);
        }
    }

    @Test
    void anApplicationSeesWhatItNeedsAndNoMore() throws Exception {
        assertThat(module().exports())
                .extracting(ModuleDescriptor.Exports::source)
                .allSatisfy(name -> assertThat(name).doesNotEndWith(".source"))
                .hasSizeLessThanOrEqualTo(11)
                .contains("org.rpt4j.run.launch", "org.rpt4j.run.config", "org.rpt4j.run.directory");
    }

    /** The module path and the class path offer the same services: none. */
    @Test
    void moduleAndClassPathOfferTheSameServices() throws Exception {
        assertThat(module().provides()).isEmpty();
        assertThat(Files.exists(Path.of(classes()).resolve("META-INF/services")))
                .isFalse();
    }

    /** Without them the rest of the module still works. */
    @Test
    void optionalJarsAreOptionalForTheModule() throws Exception {
        assertThat(module().requires())
                .filteredOn(required -> required.name().equals("org.yaml.snakeyaml")
                        || required.name().equals("micrometer.core"))
                .hasSize(2)
                .allSatisfy(required ->
                        assertThat(required.modifiers()).contains(ModuleDescriptor.Requires.Modifier.STATIC));
    }
}
