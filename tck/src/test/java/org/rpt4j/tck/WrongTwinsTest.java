package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.reference.ReferencePrefixMatch;
import org.rpt4j.tck.wrong.WrongTwin;
import org.rpt4j.tck.wrong.WrongTwins;
import org.rpt4j.tck.wrong.WrongVerifier;
import org.rpt4j.tck.wrong.WrongVerifiers;

/** Every rule passes for the correct implementation and fails for its wrong twin. */
class WrongTwinsTest {

    /** Rules of which the correct implementation was seen to pass; several twins of a rule share it. */
    private final Set<String> kept = new HashSet<>();

    @TempDir
    private Path directory;

    @Test
    void everyRuleHasAWrongTwin() {
        List<String> rules = new ArrayList<>();
        Rules.ofBackends().forEach(rule -> rules.add(rule.id()));
        Rules.verifier().forEach(rule -> rules.add(rule.id()));
        List<String> twins = new ArrayList<>();
        WrongTwins.all().forEach(twin -> twins.add(twin.rule()));
        WrongVerifiers.all().forEach(twin -> twins.add(twin.rule()));
        assertThat(rules).doesNotHaveDuplicates();
        assertThat(twins).containsAll(rules).isSubsetOf(rules);
    }

    @TestFactory
    Stream<DynamicTest> wrongBackendsAreCaught() {
        Map<String, RuleCheck> rules =
                Rules.ofBackends().stream().collect(Collectors.toMap(RuleCheck::id, Function.identity()));
        return WrongTwins.all().stream()
                .map(twin -> dynamicTest(twin.toString(), () -> judge(twin, rules.get(twin.rule()))));
    }

    private void judge(WrongTwin twin, RuleCheck rule) throws IOException {
        if (kept.add(rule.id() + " by " + twin.right().getClass().getSimpleName())) {
            run(rule, twin.right());
        }
        assertThatThrownBy(() -> run(rule, twin.wrong()))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(rule.id());
    }

    private void run(RuleCheck rule, BackendProvider provider) throws IOException {
        Path own = Files.createTempDirectory(directory, "rule");
        try (Fixture fixture = new Fixture(Subject.of(provider), Contract.USUAL_MODEL, own)) {
            rule.run(fixture);
        }
    }

    @TestFactory
    Stream<DynamicTest> wrongVerifiersAreCaught() {
        Map<String, RuleCheck> rules =
                Rules.verifier().stream().collect(Collectors.toMap(RuleCheck::id, Function.identity()));
        return WrongVerifiers.all().stream()
                .map(twin -> dynamicTest(twin.toString(), () -> judge(twin, rules.get(twin.rule()))));
    }

    private static void judge(WrongVerifier twin, RuleCheck rule) {
        rule.run(new VerifierFixture(new ReferencePrefixMatch(), TypicalAttempts.all(), false));
        assertThatThrownBy(() -> rule.run(new VerifierFixture(twin.wrong(), TypicalAttempts.all(), false)))
                .isInstanceOf(AssertionError.class)
                .hasMessageStartingWith(rule.id());
    }
}
