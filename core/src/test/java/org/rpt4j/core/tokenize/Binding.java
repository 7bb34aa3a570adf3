package org.rpt4j.core.tokenize;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/** The Hugging Face tokenizers library, to compare with. */
final class Binding implements AutoCloseable {

    static {
        // On a machine with a GPU the binding would otherwise download another library, and on some clouds report its
        // use.
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("OPT_OUT_TRACKING", "true");
    }

    private final HuggingFaceTokenizer handle;

    Binding(Path directory) throws IOException {
        handle = HuggingFaceTokenizer.newInstance(
                directory.resolve("tokenizer.json"),
                Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
    }

    int[] encode(String text) {
        return Arrays.stream(handle.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    @Override
    public void close() {
        handle.close();
    }
}
