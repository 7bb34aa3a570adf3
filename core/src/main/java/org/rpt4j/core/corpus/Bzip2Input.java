package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** The text of a {@code .bz2} file. The only class that refers to commons-compress. */
final class Bzip2Input extends DecoderInput {

    private Bzip2Input(InputStream decoder) {
        super(decoder);
    }

    static InputStream open(InputStream compressed) throws IOException {
        return new Bzip2Input(new BZip2CompressorInputStream(compressed, true));
    }

    @Override
    @Nullable
    CorpusException explain(IOException problem) {
        return null;
    }
}
