package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.rpt4j.tck.reference.ReferenceProvider;

class ConformanceReportsTest {

    private static final Subject SUBJECT = Subject.of(new ReferenceProvider());

    @TempDir
    private Path directory;

    @Test
    void thePageCountsEachRuleOnceWithItsWorstResult() {
        RuleCheck kept = Rules.policy().get(0);
        RuleCheck failed = Rules.policy().get(1);
        RuleCheck skipped = Rules.backend().get(6);

        try (ConformanceReports reports = new ConformanceReports(directory)) {
            reports.run(SUBJECT, "PolicyContract", kept, () -> {});
            reports.run(SUBJECT, "PolicyContract", kept, () -> {});
            assertThatThrownBy(() -> reports.run(SUBJECT, "PolicyContract", failed, () -> {
                        throw new AssertionError("0.7 is not 0.3\nand more");
                    }))
                    .isInstanceOf(AssertionError.class);
            reports.run(SUBJECT, "PolicyContract", failed, () -> {});
            assertThatThrownBy(() -> reports.run(SUBJECT, "BackendContract", skipped, () -> {
                        throw new TestAbortedException("does not train");
                    }))
                    .isInstanceOf(TestAbortedException.class);
        }

        assertThat(directory.resolve("reference-cpu-fp32.md"))
                .content()
                .contains("# Conformance of the backend reference", "Device cpu, precision FP32", "float64")
                .contains("| BackendContract | 0 | 1 | 0 |", "| PolicyContract | 1 | 0 | 1 |")
                .contains("| OptimizerContract | not run | | |")
                .contains("## Failed\n\n- P2 log-probabilities are those of the reference (PolicyContract):"
                        + " 0.7 is not 0.3\n")
                .contains("- B7 two models of one backend share no mutable state (BackendContract): does not train");
    }
}
