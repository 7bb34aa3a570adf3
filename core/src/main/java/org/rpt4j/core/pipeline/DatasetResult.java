package org.rpt4j.core.pipeline;

import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.task.FilterStatistics;

/**
 * The result of turning a corpus into a dataset.
 *
 * @param tasks number of tasks in the dataset
 * @param statistics statistics of the filter
 * @param corpus summary of the corpus
 * @since 0.1.0
 */
public record DatasetResult(long tasks, FilterStatistics statistics, CorpusSummary corpus) {}
