/**
 * A Spark cluster as one policy and one scorer. {@link org.rpt4j.spark.SparkBackend} is a {@link org.rpt4j.api.Backend}
 * over another one that the executors open by name, so that trainer, evaluator and pipeline do not change.
 *
 * <p>Scores, samples and log-probabilities are functions of weights, input and key. So it does not matter which
 * executor computes an item, or how often: results come in the order of the items, with the bits of one process.
 *
 * <p>Its scorer is a {@link org.rpt4j.core.pipeline.DatasetWriter}, too: executors make a dataset from the files of a
 * corpus, which may lie in any file system of Hadoop. {@link org.rpt4j.spark.DocumentScoring} does the same for a dataset
 * of Spark.
 */
@NullMarked
package org.rpt4j.spark;

import org.jspecify.annotations.NullMarked;
