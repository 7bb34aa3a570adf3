package org.rpt4j.core.corpus;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Optional libraries, which an application adds only if its corpora need them. */
enum OptionalLibrary {
    PARQUET("a Parquet file", "blue.strategic.parquet:parquet-floor:2.3"),
    ZSTANDARD("compressed with Zstandard", "com.github.luben:zstd-jni:1.5.7-28");

    private final String what;
    private final String artifact;

    OptionalLibrary(String what, String artifact) {
        this.what = what;
        this.artifact = artifact;
    }

    /**
     * Runs code that needs the library.
     *
     * @throws CorpusException if the library is missing or cannot be loaded; the message names the artifact
     */
    <T extends @Nullable Object> T use(Path file, Supplier<T> code) {
        try {
            return code.get();
        } catch (LinkageError e) {
            throw new CorpusException(
                    "Corpus " + file + " is " + what + ", and the library that reads it cannot be loaded (" + e
                            + "). Add " + artifact + " to the class path.",
                    e);
        }
    }
}
