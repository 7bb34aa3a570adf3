package org.rpt4j.tck;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.spi.BackendProvider;

/**
 * Base of the contract classes of backends: one dynamic test per rule and model. When the test run ends, a page per
 * backend says which rules are kept, skipped and failed; see {@code docs/write-a-backend.md}.
 */
@ExtendWith(ConformanceReports.Extension.class)
public abstract class Contract {

    /** The model for rules that are checked on only one. */
    static final TinyModel USUAL_MODEL = TinyModel.QWEN3;

    @TempDir
    private Path directory;

    private @Nullable ConformanceReports reports;

    /** For subclasses. */
    protected Contract() {}

    /** Called before the tests are created. */
    final void reportTo(ConformanceReports all) {
        this.reports = all;
    }

    /** Returns a new provider of the backend under test. */
    protected abstract BackendProvider provider();

    /** Returns the options to open the backend with; {@link BackendOptions#DEFAULTS} unless overridden. */
    protected BackendOptions options() {
        return BackendOptions.DEFAULTS;
    }

    /** Returns the tolerances of the backend; those of the precision of {@link #options()} unless overridden. */
    protected Tolerances tolerances() {
        return Tolerances.of(options().precision());
    }

    /** Creates tests of rules, with the backend opened in the role of a policy, optimizer, scorer or backend. */
    final Stream<DynamicTest> tests(List<RuleCheck> rules) {
        return rules.stream()
                .flatMap(rule -> (rule.everyModel() ? Stream.of(TinyModel.values()) : Stream.of(USUAL_MODEL))
                        .map(model -> test(rule, model, Fixture.Role.POLICY)));
    }

    /** Creates tests of policy rules, with the policy opened as a trainable one. */
    final Stream<DynamicTest> testsAsTrainable(List<RuleCheck> rules) {
        return rules.stream()
                .map(rule -> test(rule.alsoNeeding(Capability.TRAIN), USUAL_MODEL, Fixture.Role.TRAINABLE_POLICY));
    }

    private DynamicTest test(RuleCheck rule, TinyModel model, Fixture.Role role) {
        return DynamicTest.dynamicTest(rule.id() + " " + rule.title() + " [" + model + "]", () -> {
            Subject subject = new Subject(provider(), options(), tolerances());
            try (Fixture fixture = new Fixture(subject, model, newDirectory(), role)) {
                Objects.requireNonNull(reports, "reports").run(subject, name(), rule, () -> rule.runOrRefuse(fixture));
            }
        });
    }

    /** Name of the contract class, such as {@code PolicyContract}. */
    private String name() {
        Class<?> type = getClass();
        while (type.getSuperclass() != Contract.class) {
            type = type.getSuperclass();
        }
        return type.getSimpleName();
    }

    private Path newDirectory() throws IOException {
        return Files.createTempDirectory(directory, "rule");
    }
}
