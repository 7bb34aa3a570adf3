package org.rpt4j.core.corpus;

/**
 * A place of a corpus that holds no document and was passed over, because {@link CorpusOptions#toleratedBadLines()}
 * allows for it.
 *
 * @param file name of the file, as in the ids of its documents
 * @param line number of the line, of a row in Parquet, from 1
 * @param problem what is wrong with it
 */
public record BadLine(String file, long line, String problem) {}
