package org.rpt4j.run;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import org.junit.jupiter.api.Test;
import org.rpt4j.run.launch.ConfiguredRun;

/** Which package of this module may see which. */
class LayersTest {

    /** The classes of the module without its tests. */
    private static final JavaClasses RUN = new ClassFileImporter()
            .importUrl(ConfiguredRun.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void launchPutsTogetherWhatKnowsLittleOfEachOther() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("directory")
                .definedBy("org.rpt4j.run.directory..")
                .layer("config")
                .definedBy("org.rpt4j.run.config..")
                .layer("resume")
                .definedBy("org.rpt4j.run.resume..")
                .layer("report")
                .definedBy("org.rpt4j.run.report..")
                .layer("telemetry")
                .definedBy("org.rpt4j.run.telemetry..")
                .layer("health")
                .definedBy("org.rpt4j.run.health..")
                .layer("supervised")
                .definedBy("org.rpt4j.run.supervised..")
                .layer("launch")
                .definedBy("org.rpt4j.run.launch..")
                .whereLayer("launch")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("telemetry")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("supervised")
                .mayOnlyBeAccessedByLayers("launch")
                .whereLayer("config")
                .mayOnlyBeAccessedByLayers("launch")
                .whereLayer("resume")
                .mayOnlyBeAccessedByLayers("launch")
                .whereLayer("report")
                .mayOnlyBeAccessedByLayers("launch")
                .whereLayer("health")
                .mayOnlyBeAccessedByLayers("config", "directory", "resume", "report", "telemetry", "launch")
                .whereLayer("directory")
                .mayOnlyBeAccessedByLayers("config", "resume", "report", "launch")
                .check(RUN);
    }

    @Test
    void noTwoPackagesNeedEachOther() {
        assertThat(RUN.stream().map(type -> type.getPackageName()).distinct()).hasSizeGreaterThan(8);
        SlicesRuleDefinition.slices()
                .matching("org.rpt4j.run.(**)")
                .should()
                .beFreeOfCycles()
                .check(RUN);
    }
}
