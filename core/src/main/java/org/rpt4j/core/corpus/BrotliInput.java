package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import org.brotli.dec.BrotliInputStream;

/** The bytes of a page of Parquet that is compressed with BROTLI. The only class that refers to the library. */
final class BrotliInput extends DecoderInput {

    private BrotliInput(InputStream decoder) {
        super(decoder);
    }

    static InputStream open(InputStream compressed) throws IOException {
        return new BrotliInput(new BrotliInputStream(compressed));
    }
}
