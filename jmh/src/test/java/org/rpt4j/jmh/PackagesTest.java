package org.rpt4j.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Benchmarks have packages of their own: a package split between two modules cannot be loaded from the module path. */
class PackagesTest {

    /** Surefire runs in the directory of the module. */
    private static final Path HERE = Path.of("").toAbsolutePath();

    @Test
    void noPackageOfTheBenchmarksIsInAnotherModule() throws IOException {
        Set<Path> others = new TreeSet<>();
        try (Stream<Path> modules = Files.list(HERE.getParent())) {
            for (Path module : modules.filter(module -> !module.equals(HERE)).toList()) {
                others.addAll(packages(module));
            }
        }

        assertThat(others).contains(Path.of("org/rpt4j/backend/jni"));
        assertThat(packages(HERE)).contains(Path.of("org/rpt4j/jmh")).doesNotContainAnyElementsOf(others);
    }

    private static Set<Path> packages(Path module) throws IOException {
        Path sources = module.resolve("src/main/java");
        Set<Path> packages = new TreeSet<>();
        if (Files.isDirectory(sources)) {
            try (Stream<Path> files = Files.walk(sources)) {
                files.filter(file -> file.toString().endsWith(".java"))
                        .map(file -> sources.relativize(file.getParent()))
                        .forEach(packages::add);
            }
        }
        return packages;
    }
}
