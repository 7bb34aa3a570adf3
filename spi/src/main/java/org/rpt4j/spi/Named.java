package org.rpt4j.spi;

/** Something that is looked up by its name: lower case letters, digits, {@code -} and {@code .}. */
public sealed interface Named permits BackendProvider, RewardVerifierProvider {

    /** The unique name. */
    String name();
}
