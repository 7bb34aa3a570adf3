package org.rpt4j.core.corpus;

import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.util.List;

/**
 * The ServiceLoader type of a place for the files of a corpus besides the file system of this machine, such as a
 * cluster's. A path in it begins with a scheme, as in {@code hdfs://host/corpus/part-1.jsonl}; {@link Corpora} takes such
 * paths and patterns like any others. Thread-safe.
 *
 * @since 0.1.0
 */
public interface CorpusStorage {

    /** Whether paths with this scheme, such as {@code hdfs}, are read here. Never asked for {@code file}. */
    boolean reads(String scheme);

    /**
     * Whether there is a file, and no folder, under a path.
     *
     * @throws IOException if that cannot be found out
     */
    boolean isFile(String path) throws IOException;

    /**
     * The files below a folder, as paths relative to it, with {@code /} between names, in any order.
     *
     * @param depth of folders to look into: 1 for the folder alone
     * @throws IOException if there is no such folder, or it cannot be listed
     */
    List<String> list(String folder, int depth) throws IOException;

    /**
     * Opens a file to be read from any position; the caller closes it.
     *
     * @throws IOException if it is missing or cannot be read
     */
    SeekableByteChannel open(String path) throws IOException;
}
