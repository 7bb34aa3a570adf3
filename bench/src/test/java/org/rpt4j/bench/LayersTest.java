package org.rpt4j.bench;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;
import org.rpt4j.bench.result.Benchmark;

/** Which package of this module may see which. */
class LayersTest {

    private static final JavaClasses BENCH = new ClassFileImporter()
            .importUrl(Benchmark.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void aSuiteKnowsNoModelAndAnExtractionRuleNoSuite() {
        layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("extract")
                .definedBy("org.rpt4j.bench.extract..")
                .layer("suite")
                .definedBy("org.rpt4j.bench.suite..")
                .layer("ask")
                .definedBy("org.rpt4j.bench.ask..")
                .layer("result")
                .definedBy("org.rpt4j.bench.result..")
                .whereLayer("result")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("ask")
                .mayOnlyBeAccessedByLayers("result")
                .whereLayer("suite")
                .mayOnlyBeAccessedByLayers("ask", "result")
                .whereLayer("extract")
                .mayOnlyBeAccessedByLayers("suite", "result")
                .check(BENCH);
    }
}
