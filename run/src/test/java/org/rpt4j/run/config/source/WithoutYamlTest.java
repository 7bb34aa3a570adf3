package org.rpt4j.run.config.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ConfigurationException;

/** Simulates an application without the optional YAML library by a class loader that does not find it. */
class WithoutYamlTest {

    @TempDir
    private Path folder;

    private static final class WithoutYaml extends ClassLoader {

        WithoutYaml() {
            super(WithoutYamlTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("org.yaml.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("org.rpt4j.run.config.source.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] content = bytes.readAllBytes();
                return defineClass(name, content, 0, content.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static List<?> read(Path file) throws Throwable {
        Class<?> reader = Class.forName(ConfigurationFile.class.getName(), true, new WithoutYaml());
        try {
            return (List<?>) reader.getMethod("read", Path.class).invoke(null, file);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    @Test
    void theErrorForYamlNamesTheMissingLibraryAndOtherFormatsWork() throws Throwable {
        Path yaml = Files.writeString(folder.resolve("run.yaml"), "training: {steps: 1}");
        Path json = Files.writeString(folder.resolve("run.json"), "{\"training\": {\"steps\": 1}}");

        assertThatThrownBy(() -> read(yaml))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("run.yaml is YAML, which needs org.yaml:snakeyaml");
        assertThat(read(json)).hasSize(1);
    }
}
