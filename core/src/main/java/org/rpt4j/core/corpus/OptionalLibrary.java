package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** Optional libraries, which an application adds only if its corpora need them. */
enum OptionalLibrary {
    PARQUET("a Parquet file", "blue.strategic.parquet:parquet-floor:2.3"),
    BROTLI("a Parquet file compressed with BROTLI", "org.brotli:dec:0.1.2"),
    ZSTANDARD("compressed with Zstandard", "com.github.luben:zstd-jni:1.5.7-28"),
    BZIP2("compressed with bzip2", "org.apache.commons:commons-compress:1.27.1"),
    XZ("compressed with xz", "org.tukaani:xz:1.12"),
    CSV("a table of CSV or TSV", "org.apache.commons:commons-csv:1.14.1");

    private final String what;
    private final String artifact;

    OptionalLibrary(String what, String artifact) {
        this.what = what;
        this.artifact = artifact;
    }

    /** Its Maven coordinates. */
    String artifact() {
        return artifact;
    }

    /** What opens a stream. */
    interface Opening {
        InputStream open() throws IOException;
    }

    /**
     * Runs code that needs the library.
     *
     * @throws CorpusException if the library is missing or cannot be loaded; the message names the artifact
     */
    <T extends @Nullable Object> T use(Object file, Supplier<T> code) {
        try {
            return code.get();
        } catch (LinkageError e) {
            throw problem(file, e);
        }
    }

    /**
     * Opens a stream that needs the library.
     *
     * @throws CorpusException if the library is missing or cannot be loaded; the message names the artifact
     */
    InputStream open(Object file, Opening opening) throws IOException {
        try {
            return opening.open();
        } catch (LinkageError e) {
            throw problem(file, e);
        }
    }

    /** A missing class is a missing library; a missing member is another version of it. */
    private CorpusException problem(Object file, LinkageError e) {
        boolean otherVersion = e instanceof IncompatibleClassChangeError;
        return new CorpusException(
                "Corpus " + file + " is " + what + ", and the library that reads it "
                        + (otherVersion ? "has another version than expected (" : "cannot be loaded (") + e + "). "
                        + (otherVersion ? "Put " : "Add ") + artifact + (otherVersion ? " first on" : " to")
                        + " the class path.",
                e);
    }
}
