package org.rpt4j.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The tokenizer of the seeds in {@code TokenizerFuzzInputs}: id b is the byte b, and the id after the last byte ends
 * the thought. Stateless.
 */
final class ByteTokenizer {

    /** The id of {@code </think>}. */
    static final int THINK_END = 256;

    private ByteTokenizer() {}

    static Tokenizer open() {
        try (InputStream json = ByteTokenizer.class.getResourceAsStream("TokenizerFuzzInputs/read/bytes.json")) {
            Scratch scratch = new Scratch();
            scratch.file(
                    "tokenizer.json",
                    Objects.requireNonNull(json, "the seed bytes.json").readAllBytes());
            return Tokenizer.open(scratch.directory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
