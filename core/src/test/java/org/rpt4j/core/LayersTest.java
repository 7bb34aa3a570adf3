package org.rpt4j.core;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures.LayeredArchitecture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The packages of core from the bottom up: each may use those below it, but none beside it. */
class LayersTest {

    private static final String CORE = "org.rpt4j.core.";

    /** Packages on one line do not use each other. */
    private static final List<List<String>> FROM_THE_GROUND = List.of(
            List.of("phase", "tokenize", "corpus", "objective"),
            List.of("prompt", "task"),
            List.of("dataset", "reward", "scoring"),
            List.of("rollout"),
            List.of("train", "eval"),
            List.of("pipeline"));

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("org.rpt4j.core");

    @Test
    void everyPackageHasItsPlace() {
        List<String> placed =
                FROM_THE_GROUND.stream().flatMap(List::stream).map(CORE::concat).toList();
        assertThat(CLASSES.getPackage("org.rpt4j.core").getSubpackages())
                .extracting(JavaPackage::getName)
                .containsExactlyInAnyOrderElementsOf(placed);
    }

    @Test
    void aPackageSeesThoseBelowIt() {
        LayeredArchitecture layers = layeredArchitecture().consideringOnlyDependenciesInLayers();
        for (List<String> line : FROM_THE_GROUND) {
            for (String name : line) {
                layers = layers.layer(name).definedBy(CORE + name);
            }
        }
        for (int i = 0; i < FROM_THE_GROUND.size(); i++) {
            String[] above = FROM_THE_GROUND.subList(i + 1, FROM_THE_GROUND.size()).stream()
                    .flatMap(List::stream)
                    .toArray(String[]::new);
            for (String name : FROM_THE_GROUND.get(i)) {
                layers = above.length == 0
                        ? layers.whereLayer(name).mayNotBeAccessedByAnyLayer()
                        : layers.whereLayer(name).mayOnlyBeAccessedByLayers(above);
            }
        }
        layers.check(CLASSES);
    }

    @Test
    void noPackagesDependOnEachOther() {
        slices().matching("org.rpt4j.core.(*)..").should().beFreeOfCycles().check(CLASSES);
    }
}
