package org.rpt4j.core.corpus;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The only class that refers to the optional library, so that all others load without it. */
final class Zstandard {

    private Zstandard() {}

    static InputStream open(InputStream compressed) {
        try {
            return new ZstdInputStream(compressed);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
