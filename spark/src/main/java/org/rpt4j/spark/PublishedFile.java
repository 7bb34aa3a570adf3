package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.List;

/**
 * A file that executors can fetch.
 *
 * @param file what executors know about it
 * @param path where the driver has it
 */
record PublishedFile(ModelFile file, Path path) {

    static List<ModelFile> files(List<PublishedFile> published) {
        return published.stream().map(PublishedFile::file).toList();
    }
}
