package org.rpt4j.tck;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.RewardVerifier;

/** The rules R of {@code docs/contract.md}: the contract of {@link RewardVerifier}. */
public abstract class RewardVerifierContract {

    /** For subclasses. */
    protected RewardVerifierContract() {}

    /** Returns the verifier under test. */
    protected abstract RewardVerifier verifier();

    /** Returns attempts at one task to verify; one of every kind that the library produces, unless overridden. */
    protected List<Attempt> attempts() {
        return TypicalAttempts.all();
    }

    /** Whether the verifier judges the thought of a rollout and nothing after it, so that it reads no prediction. */
    protected boolean judgesThoughtAlone() {
        return false;
    }

    /** One test per rule. */
    @TestFactory
    final Stream<DynamicTest> verifierRules() {
        return Rules.verifier().stream()
                .map(rule -> DynamicTest.dynamicTest(
                        rule.id() + " " + rule.title(),
                        () -> rule.run(new VerifierFixture(verifier(), attempts(), judgesThoughtAlone()))));
    }
}
