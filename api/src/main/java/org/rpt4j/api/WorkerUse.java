package org.rpt4j.api;

/**
 * What another process computed for a backend, such as an executor of a cluster.
 *
 * @param name of the process and its machine
 * @param items prompts, sequences and batches whose results were used, without those that were computed twice
 * @param seconds time that models took for them
 * @param fetchedBytes of the files of models that it fetched for them
 * @since 0.1.0
 */
public record WorkerUse(String name, long items, double seconds, long fetchedBytes) {}
