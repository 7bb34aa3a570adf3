package org.rpt4j.spark;

/** How an executor opens a model. */
enum ExecutorRole {
    /** To sample and for log-probabilities. */
    POLICY,
    /** The same of a policy that the driver trains: opened as the driver opens it, to compute the same, and gradients. */
    TRAINED,
    /** To score. */
    SCORER
}
