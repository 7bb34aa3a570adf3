package org.rpt4j.core.corpus;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;

/** The text of a {@code .zst} file, or of a page. The only class that refers to zstd-jni, so that all others load without it. */
final class ZstandardInput extends DecoderInput {

    private static final int PAGE_WINDOW_LOG = 30;

    private final FilePath file;
    private final int maxWindowLog;

    private ZstandardInput(InputStream decoder, FilePath file, int maxWindowLog) {
        super(decoder);
        this.file = file;
        this.maxWindowLog = maxWindowLog;
    }

    static InputStream open(InputStream compressed, FilePath file, int maxWindowLog) throws IOException {
        return new ZstandardInput(new ZstdInputStream(compressed).setLongMax(maxWindowLog), file, maxWindowLog);
    }

    /** The content of a page of Parquet, which is limited itself. */
    static InputStream openPage(InputStream compressed) throws IOException {
        return new DecoderInput(new ZstdInputStream(compressed).setLongMax(PAGE_WINDOW_LOG)) {};
    }

    @Override
    @Nullable
    CorpusException explain(IOException problem) throws IOException {
        return problem instanceof ZstdIOException zstd && Zstd.errFrameParameterWindowTooLarge() == zstd.getErrorCode()
                ? Windows.tooLarge(file, "a window of", ZstandardFrames.largestWindow(file), maxWindowLog, problem)
                : null;
    }
}
