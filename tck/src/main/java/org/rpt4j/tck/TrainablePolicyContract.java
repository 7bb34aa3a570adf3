package org.rpt4j.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules T of {@code docs/contract.md}: what {@link org.rpt4j.api.TrainablePolicy} promises, and the rules P once
 * more, since it is a policy, too.
 */
public abstract class TrainablePolicyContract extends Contract {

    /** For subclasses. */
    protected TrainablePolicyContract() {}

    /** One test per rule and model. */
    @TestFactory
    final Stream<DynamicTest> trainingRules() {
        return tests(Rules.training());
    }

    /** The rules of a policy for one that is opened for training. */
    @TestFactory
    final Stream<DynamicTest> policyRules() {
        return testsAsTrainable(Rules.policy());
    }
}
