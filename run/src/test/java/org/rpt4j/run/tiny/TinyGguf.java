package org.rpt4j.run.tiny;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.testdata.GgufBlocks;
import org.rpt4j.testdata.GgufModels;

/** A small model with a tokenizer of single bytes as one GGUF file. */
public final class TinyGguf {

    private static final int BYTES = 256;

    private TinyGguf() {}

    /**
     * Writes a file.
     *
     * @param checkpoint gets the same numbers as a checkpoint without a tokenizer
     */
    public static Path write(Path file, Path checkpoint) {
        ModelConfig config = new ModelConfig(
                Architecture.LLAMA,
                BYTES + 4,
                32,
                32,
                1,
                4,
                2,
                8,
                TinyCheckpoint.CONTEXT,
                1e-5,
                10_000,
                new RopeScaling.None(),
                false,
                false,
                false,
                false,
                List.of(BYTES));
        int[] types = new int[BYTES + 4];
        Arrays.fill(types, 1);
        types[BYTES] = 3;
        Arrays.fill(types, BYTES + 1, types.length, 5);
        try {
            return GgufModels.write(config, GgufBlocks.Q8_0, checkpoint)
                    .put("tokenizer.ggml.model", "gpt2")
                    .put("tokenizer.ggml.pre", "gpt-2")
                    .put("tokenizer.ggml.tokens", tokens())
                    .put("tokenizer.ggml.token_type", types)
                    .put("tokenizer.ggml.merges", List.of())
                    .write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Printable Latin-1 characters stand for themselves, and the other bytes for characters from U+0100 on. */
    private static List<String> tokens() {
        List<String> tokens = new ArrayList<>();
        int next = 0x100;
        for (int b = 0; b < BYTES; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b != 0xAD;
            tokens.add(Character.toString(printable ? b : next++));
        }
        tokens.addAll(List.of("<|end|>", "[PAD257]", "[PAD258]", "[PAD259]"));
        return tokens;
    }
}
