package org.rpt4j.core.task;

import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * A document in tokens.
 *
 * @param id id of the document
 * @param tokens token ids, possibly none; not copied
 * @param firstTarget first token that may be predicted; those before it are context
 */
public record TokenizedDocument(String id, int[] tokens, int firstTarget) {

    public TokenizedDocument {
        if (firstTarget < 0 || firstTarget > tokens.length) {
            throw new IllegalArgumentException(
                    "firstTarget is " + firstTarget + " in document " + id + " of " + tokens.length + " tokens");
        }
    }

    /** A document all of whose tokens may be predicted. */
    public TokenizedDocument(String id, int[] tokens) {
        this(id, tokens, 0);
    }

    /**
     * Encodes a document as corpus text, so no special token is recognised in it. A token that reaches over the place
     * where the targets begin is context.
     */
    public static TokenizedDocument of(Document document, Tokenizer tokenizer) {
        int[] tokens = tokenizer.encode(document.text());
        int firstTarget = document.targetsFrom() == 0
                ? 0
                : firstOfLastBytes(
                        tokens, tokenizer.byteLength(document.text().substring(document.targetsFrom())), tokenizer);
        return new TokenizedDocument(document.id(), tokens, firstTarget);
    }

    /** The first token of the longest run at the end that has at most so many bytes. */
    private static int firstOfLastBytes(int[] tokens, int bytes, Tokenizer tokenizer) {
        int first = tokens.length;
        int left = bytes;
        while (first > 0 && tokenizer.tokenBytes(tokens[first - 1]).length <= left) {
            first--;
            left -= tokenizer.tokenBytes(tokens[first]).length;
        }
        return first;
    }

    /** Number of tokens. */
    public int length() {
        return tokens.length;
    }
}
