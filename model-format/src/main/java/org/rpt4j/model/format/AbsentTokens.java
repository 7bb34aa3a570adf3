package org.rpt4j.model.format;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.gguf.GgufModel;

/**
 * The ids that a model computes logits for and that no token of its tokenizer has. Models are padded to a round number
 * of rows, and tokenizers may have holes. Such an id has no text, and other engines refuse it, so a backend gives it
 * probability 0 wherever it computes a distribution: in sampling, log-probabilities, scores and gradients alike.
 *
 * <p>They follow from {@code tokenizer.json} beside the model, or the vocabulary in a GGUF file. Without that file, or without a vocabulary in it, every
 * id counts as a token. The tokens that end a text always do. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class AbsentTokens {

    /** Every id has a token. */
    public static final AbsentTokens NONE = new AbsentTokens(new int[0], 0);

    private static final String FILE = "tokenizer.json";
    private static final int MAX_BYTES = 512 << 20;

    private final int[] bounds;
    private final int vocabularySize;

    private AbsentTokens(int[] bounds, int vocabularySize) {
        this.bounds = bounds;
        this.vocabularySize = vocabularySize;
    }

    /**
     * Reads the tokenizer of a model.
     *
     * @param directory where {@code tokenizer.json} may be, or a GGUF file
     * @param vocabularySize number of ids of the model, V
     * @param endTokens ids that end a text, which count as tokens
     * @throws ModelFormatException if it is malformed, or has no token for any id of the model
     */
    public static AbsentTokens of(Path directory, int vocabularySize, Collection<Integer> endTokens) {
        Path file = SourceFiles.path(directory, FILE);
        BitSet present = SourceFiles.isGguf(directory) ? ofGguf(directory) : Files.exists(file) ? read(file) : null;
        if (present == null) {
            return NONE;
        }
        if (present.nextSetBit(0) < 0 || present.nextSetBit(0) >= vocabularySize) {
            throw new ModelFormatException(file + " has no token with an id below " + vocabularySize
                    + ", the number of ids of the model beside it. Use the tokenizer that the model was trained with.");
        }
        endTokens.forEach(present::set);
        return of(present, vocabularySize);
    }

    /** The ids below {@code vocabularySize} that are not in a set. */
    public static AbsentTokens of(BitSet present, int vocabularySize) {
        int[] bounds = new int[16];
        int length = 0;
        for (int from = present.nextClearBit(0); from < vocabularySize; ) {
            int next = present.nextSetBit(from);
            int to = next < 0 ? vocabularySize : Math.min(next, vocabularySize);
            bounds = length == bounds.length ? Arrays.copyOf(bounds, 2 * length) : bounds;
            bounds[length++] = from;
            bounds[length++] = to;
            from = present.nextClearBit(to);
        }
        return length == 0 ? NONE : new AbsentTokens(Arrays.copyOf(bounds, length), vocabularySize);
    }

    /** The ids as ranges in ascending order: from, to (exclusive), from, to, ... */
    public int[] ranges() {
        return bounds.clone();
    }

    /** Whether every id has a token. */
    public boolean isEmpty() {
        return bounds.length == 0;
    }

    /** Number of ids without a token. */
    public int count() {
        int count = 0;
        for (int i = 0; i < bounds.length; i += 2) {
            count += bounds[i + 1] - bounds[i];
        }
        return count;
    }

    /** Whether no token has an id. */
    public boolean contains(int id) {
        int at = Arrays.binarySearch(bounds, id);
        // Found: the start of a range is in it, its end is not. Otherwise an odd insertion point lies within a range.
        return at >= 0 ? at % 2 == 0 : (-at - 1) % 2 == 1;
    }

    /** Sets the logits of these ids to negative infinity. */
    public void hide(double[] logits) {
        for (int i = 0; i < bounds.length; i += 2) {
            Arrays.fill(logits, bounds[i], bounds[i + 1], Double.NEGATIVE_INFINITY);
        }
    }

    /** Sets the logits of these ids to negative infinity. */
    public void hide(float[] logits) {
        for (int i = 0; i < bounds.length; i += 2) {
            Arrays.fill(logits, bounds[i], bounds[i + 1], Float.NEGATIVE_INFINITY);
        }
    }

    /** What to add to logits: negative infinity for these ids, else 0, [V]; empty if every id has a token. */
    public float[] mask() {
        float[] mask = new float[vocabularySize];
        for (int i = 0; i < bounds.length; i += 2) {
            Arrays.fill(mask, bounds[i], bounds[i + 1], Float.NEGATIVE_INFINITY);
        }
        return mask;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof AbsentTokens that && Arrays.equals(bounds, that.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return "AbsentTokens[" + count() + " ids]";
    }

    private static @Nullable BitSet ofGguf(Path file) {
        try (GgufModel model = GgufModel.openWithoutTokenizer(file)) {
            return model.tokenIds();
        }
    }

    /** The ids of the vocabulary and of added tokens; null if the file has neither. */
    private static @Nullable BitSet read(Path file) {
        try (JsonParser parser = Json.parser(PlainFiles.readJson(file, MAX_BYTES))) {
            BitSet ids = new BitSet();
            boolean found = false;
            require(parser.nextToken(), JsonToken.START_OBJECT, "an object");
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String key = parser.currentName();
                JsonToken value = parser.nextToken();
                if (key.equals("model") && value == JsonToken.START_OBJECT) {
                    found |= readModel(parser, ids);
                } else if (key.equals("added_tokens") && value == JsonToken.START_ARRAY) {
                    readAdded(parser, ids);
                } else {
                    parser.skipChildren();
                }
            }
            Json.requireEnd(parser);
            return found ? ids : null;
        } catch (IOException e) {
            throw new ModelFormatException("cannot read the ids of " + file + ": " + Json.reason(e), e);
        }
    }

    private static boolean readModel(JsonParser parser, BitSet ids) throws IOException {
        boolean found = false;
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
            boolean vocabulary = parser.currentName().equals("vocab");
            JsonToken value = parser.nextToken();
            if (vocabulary && value == JsonToken.START_OBJECT) {
                found = true;
                while (parser.nextToken() == JsonToken.FIELD_NAME) {
                    parser.nextToken();
                    ids.set(id(parser));
                }
            } else if (vocabulary && value == JsonToken.START_ARRAY) {
                found = true;
                for (int id = 0; parser.nextToken() != JsonToken.END_ARRAY; id++) {
                    parser.skipChildren();
                    ids.set(id);
                }
            } else {
                parser.skipChildren();
            }
        }
        return found;
    }

    private static void readAdded(JsonParser parser, BitSet ids) throws IOException {
        while (parser.nextToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean isId = parser.currentName().equals("id");
                parser.nextToken();
                if (isId) {
                    ids.set(id(parser));
                } else {
                    parser.skipChildren();
                }
            }
        }
    }

    private static int id(JsonParser parser) throws IOException {
        require(parser.currentToken(), JsonToken.VALUE_NUMBER_INT, "a token id");
        int id = parser.getIntValue();
        if (id < 0) {
            throw new IOException("the token id " + id + " is negative");
        }
        return id;
    }

    private static void require(@Nullable JsonToken found, JsonToken expected, String what) throws IOException {
        if (found != expected) {
            throw new IOException("expected " + what + ", found " + found);
        }
    }
}
