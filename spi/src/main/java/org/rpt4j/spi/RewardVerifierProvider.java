package org.rpt4j.spi;

import org.rpt4j.api.RewardVerifier;

/** The ServiceLoader type of a reward. The constructor must be trivial. Thread-safe. */
public non-sealed interface RewardVerifierProvider extends Named {

    /** A verifier, ready to use. */
    RewardVerifier create();
}
