package org.rpt4j.core.pipeline;

import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.task.FilterStatistics;

/**
 * What became of a corpus.
 *
 * @param tasks tasks in the dataset
 * @param statistics what the filter saw
 * @param corpus what was read
 */
public record DatasetResult(long tasks, FilterStatistics statistics, CorpusSummary corpus) {}
