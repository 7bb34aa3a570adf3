package org.rpt4j.spark;

import java.nio.file.Path;

/** Where executors get the files of models from, each by the hash of its content. Thread-safe. */
interface WeightStore extends AutoCloseable {

    /** What {@link ExecutorFiles} reads from: a directory, or a URL that ends with a slash. */
    String address();

    /**
     * Makes a file available, from now on from this path.
     *
     * @param file stays as it is until it is removed here, or replaced by an equal one
     * @throws org.rpt4j.api.error.StorageException if it cannot
     */
    void add(String sha256, Path file);

    /** Ends that. */
    void remove(String sha256);

    /** Removes everything; idempotent. */
    @Override
    void close();
}
