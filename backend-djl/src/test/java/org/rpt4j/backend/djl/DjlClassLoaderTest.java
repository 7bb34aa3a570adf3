package org.rpt4j.backend.djl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.tck.TinyModel;

/** A plugin host or an application server; in a JVM of its own, since an engine starts once in each. */
class DjlClassLoaderTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"null", "host"})
    void theContextClassLoaderNeedNotKnowTheLibrary(String context) throws IOException, InterruptedException {
        Path model = directory.resolve("model");
        TinyModel.LLAMA.write(Files.createDirectory(model));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-classpath",
                        hostAlone().toString(),
                        PluginHost.class.getName(),
                        System.getProperty("java.class.path"),
                        SampleAndTrain.class.getName(),
                        context,
                        model.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("updates 1");
    }

    /** A class path that holds nothing but the host. */
    private Path hostAlone() throws IOException {
        String name = PluginHost.class.getName().replace('.', '/') + ".class";
        Path file = directory.resolve("host").resolve(name);
        Files.createDirectories(file.getParent());
        try (InputStream in = PluginHost.class.getClassLoader().getResourceAsStream(name)) {
            Files.copy(in, file);
        }
        return directory.resolve("host");
    }
}
