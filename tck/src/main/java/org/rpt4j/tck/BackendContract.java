package org.rpt4j.tck;

import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The rules B of {@code docs/contract.md}: the contract of {@link org.rpt4j.spi.BackendProvider} and {@link
 * org.rpt4j.api.Backend}.
 */
public abstract class BackendContract extends Contract {

    /** For subclasses. */
    protected BackendContract() {}

    /** One test per rule and model. */
    @TestFactory
    final Stream<DynamicTest> backendRules() {
        return tests(Rules.backend());
    }
}
