package org.rpt4j.core.task;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * A tokenized document. Immutable by convention: the array is not copied, so do not modify it.
 *
 * @since 0.1.0
 */
public final class TokenizedDocument {

    private final String id;
    private final int[] tokens;
    private final int firstTarget;

    /**
     * Wraps the array without copying it.
     *
     * @param id id of the document
     * @param tokens token ids, possibly none
     * @param firstTarget first token that may be predicted; those before it are context
     * @throws IllegalArgumentException if {@code firstTarget} is not between 0 and the number of tokens
     */
    public TokenizedDocument(String id, int[] tokens, int firstTarget) {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(tokens, "tokens");
        if (firstTarget < 0 || firstTarget > tokens.length) {
            throw new IllegalArgumentException(
                    "firstTarget is " + firstTarget + " in document " + id + " of " + tokens.length + " tokens");
        }
        this.id = id;
        this.tokens = tokens;
        this.firstTarget = firstTarget;
    }

    /** Id of the document. */
    public String id() {
        return id;
    }

    /** Token ids, possibly none. */
    public int[] tokens() {
        return tokens;
    }

    /** First token that may be predicted; those before it are context. */
    public int firstTarget() {
        return firstTarget;
    }

    /** Creates a document whose tokens may all be predicted. */
    public TokenizedDocument(String id, int[] tokens) {
        this(id, tokens, 0);
    }

    /**
     * Encodes a document as corpus text, so markers in it are ordinary text. The text is encoded as a whole, and a token
     * that holds bytes from both sides of {@link Document#targetsFrom()} is context.
     */
    public static TokenizedDocument of(Document document, Tokenizer tokenizer) {
        int[] tokens = tokenizer.encode(document.text());
        return new TokenizedDocument(document.id(), tokens, TargetBoundary.firstTarget(document, tokens, tokenizer));
    }

    /** Number of tokens. */
    public int length() {
        return tokens.length;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TokenizedDocument that
                && firstTarget == that.firstTarget
                && id.equals(that.id)
                && Arrays.equals(tokens, that.tokens);
    }

    @Override
    public int hashCode() {
        return Objects.hash(id, Arrays.hashCode(tokens), firstTarget);
    }

    @Override
    public String toString() {
        return "TokenizedDocument[" + id + ", " + tokens.length + " tokens, targets from " + firstTarget + "]";
    }
}
