package org.rpt4j.core.corpus;

/**
 * A line of a corpus that is not a valid document and was skipped, as {@link CorpusOptions#toleratedBadLines()} allows.
 *
 * @param file file name, as in the ids of its documents
 * @param line line number, or row number in Parquet, from 1
 * @param problem what is wrong with it
 * @since 0.1.0
 */
public record BadLine(String file, long line, String problem) {}
