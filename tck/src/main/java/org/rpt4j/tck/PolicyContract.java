package org.rpt4j.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules P of {@code docs/contract.md}: the contract of {@link org.rpt4j.api.Policy}. */
public abstract class PolicyContract extends Contract {

    /** For subclasses. */
    protected PolicyContract() {}

    /** One test per rule and model. */
    @TestFactory
    final Stream<DynamicTest> policyRules() {
        return tests(Rules.policy());
    }
}
