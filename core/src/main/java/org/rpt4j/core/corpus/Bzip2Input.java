package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** The text of a {@code .bz2} file. The only class that refers to commons-compress. */
final class Bzip2Input extends DecoderInput {

    private Bzip2Input(InputStream decoder) {
        super(decoder);
    }

    static InputStream open(InputStream compressed) throws IOException {
        return new Bzip2Input(new BZip2CompressorInputStream(compressed, true));
    }
}
