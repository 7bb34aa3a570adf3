package org.rpt4j.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules O of {@code docs/contract.md}: the contract of {@link org.rpt4j.api.Optimizer}. */
public abstract class OptimizerContract extends Contract {

    /** For subclasses. */
    protected OptimizerContract() {}

    /** One test per rule and model. */
    @TestFactory
    final Stream<DynamicTest> optimizerRules() {
        return tests(Rules.optimizer());
    }
}
