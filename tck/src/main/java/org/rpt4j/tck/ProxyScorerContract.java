package org.rpt4j.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The rules S of {@code docs/contract.md}: the contract of {@link org.rpt4j.api.ProxyScorer}. */
public abstract class ProxyScorerContract extends Contract {

    /** For subclasses. */
    protected ProxyScorerContract() {}

    /** One test per rule and model. */
    @TestFactory
    final Stream<DynamicTest> scorerRules() {
        return tests(Rules.scorer());
    }
}
