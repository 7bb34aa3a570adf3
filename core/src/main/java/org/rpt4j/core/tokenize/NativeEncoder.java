package org.rpt4j.core.tokenize;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Map;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.spi.kit.LibraryDirectories;

/** A tokenizer of the native library; the only class that uses the binding. Thread-safe except for closing. */
final class NativeEncoder implements AutoCloseable {

    static {
        // On a machine with a GPU the binding would otherwise download another library, and on some clouds report its
        // use. A value set by the application is left unchanged.
        setIfAbsent("RUST_FLAVOR", "cpu");
        setIfAbsent("OPT_OUT_TRACKING", "true");
    }

    private final HuggingFaceTokenizer handle;

    NativeEncoder(byte[] tokenizerJson, Object name) {
        try {
            // The binding loads whatever library it finds in its cache, so nobody else may write there.
            LibraryDirectories.ofDjl();
            handle = HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(tokenizerJson),
                    Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        } catch (IOException | RuntimeException | LinkageError e) {
            throw new TokenizerException("Tokenizer " + name + " cannot be loaded: " + e, e);
        }
    }

    int[] encode(String text, boolean addSpecialTokens) {
        long[] ids;
        try {
            ids = handle.encode(text, addSpecialTokens, false).getIds();
        } catch (RuntimeException e) {
            throw new TokenizerException("A text of " + text.length() + " characters cannot be encoded: " + e, e);
        }
        int[] narrow = new int[ids.length];
        for (int i = 0; i < ids.length; i++) {
            narrow[i] = Math.toIntExact(ids[i]);
        }
        return narrow;
    }

    @Override
    public void close() {
        handle.close();
    }

    private static void setIfAbsent(String name, String value) {
        if (System.getenv(name) == null && System.getProperty(name) == null) {
            System.setProperty(name, value);
        }
    }
}
