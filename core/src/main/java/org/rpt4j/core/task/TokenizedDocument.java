package org.rpt4j.core.task;

import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * A document in tokens.
 *
 * @param id id of the document
 * @param tokens token ids, possibly none; not copied
 */
public record TokenizedDocument(String id, int[] tokens) {

    /** Encodes a document as corpus text, so no special token is recognised in it. */
    public static TokenizedDocument of(Document document, Tokenizer tokenizer) {
        return new TokenizedDocument(document.id(), tokenizer.encode(document.text()));
    }

    /** Number of tokens. */
    public int length() {
        return tokens.length;
    }
}
