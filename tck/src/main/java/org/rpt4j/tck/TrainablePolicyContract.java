package org.rpt4j.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules T of {@code docs/contract.md}: the contract of {@link org.rpt4j.api.TrainablePolicy}, and the rules P
 * again, since it is also a policy.
 */
public abstract class TrainablePolicyContract extends Contract {

    /** For subclasses. */
    protected TrainablePolicyContract() {}

    /** One test per rule and model. */
    @TestFactory
    final Stream<DynamicTest> trainingRules() {
        return tests(Rules.training());
    }

    /** Returns the rules of a policy, for one opened for training. */
    @TestFactory
    final Stream<DynamicTest> policyRules() {
        return testsAsTrainable(Rules.policy());
    }
}
