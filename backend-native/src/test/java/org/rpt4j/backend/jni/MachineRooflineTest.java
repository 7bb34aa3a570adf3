package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIf;
import org.junit.jupiter.api.condition.EnabledIf;
import org.rpt4j.api.Precision;

/** Benchmarks measure the machine through one exported class, and nothing else is to be seen from outside. */
class MachineRooflineTest {

    @Test
    @EnabledIf(Library.BUILT)
    void theMachineIsMeasured() {
        assertThat(MachineRoofline.measure(Precision.FP32, 1)).hasValueSatisfying(machine -> {
            assertThat(machine.gflops()).isPositive().isFinite();
            assertThat(machine.gigabytes()).isPositive().isFinite();
        });
    }

    @Test
    @DisabledIf(Library.BUILT)
    void withoutALibraryThereIsNoMeasurement() {
        assertThat(MachineRoofline.measure(Precision.FP32, 1)).isEmpty();
    }

    @Test
    void theExportedPackageHasTheProviderAndTheMeasurementAlone()
            throws IOException, URISyntaxException, ClassNotFoundException {
        URI classes = MachineRoofline.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI();
        try (InputStream module = classes.resolve("module-info.class").toURL().openStream();
                Stream<Path> files = Files.list(Path.of(classes.resolve("org/rpt4j/backend/jni")))) {
            assertThat(ModuleDescriptor.read(module).exports())
                    .singleElement()
                    .satisfies(one -> assertThat(one.source()).isEqualTo(MachineRoofline.class.getPackageName()));
            List<String> names = files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\w+\\.class"))
                    .map(name -> name.replace(".class", ""))
                    .toList();
            assertThat(names).contains("NativeEngine");
            for (String name : names) {
                Class<?> type = Class.forName(MachineRoofline.class.getPackageName() + "." + name);
                assertThat(Modifier.isPublic(type.getModifiers()))
                        .as(name)
                        .isEqualTo(type == MachineRoofline.class || type == NativeBackendProvider.class);
            }
        }
    }
}
