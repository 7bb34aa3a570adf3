package org.rpt4j.core.tokenize;

import java.util.HashMap;
import java.util.Map;

/**
 * The ids of added tokens. The Hugging Face library, with which a model is trained, does not take them from the file: a
 * token that the vocabulary has keeps that id, and others follow without gaps. Stateless.
 */
final class AddedTokenIds {

    private AddedTokenIds() {}

    /**
     * Checks that the file says the same.
     *
     * @throws org.rpt4j.api.error.TokenizerException if it gives a token another id than the library would
     */
    static void requireConsistent(TokenizerJson json) {
        Map<String, Integer> vocabulary = json.vocabulary();
        Map<String, Integer> added = new HashMap<>();
        int highest = -1;
        for (TokenizerJson.AddedToken token : json.addedTokens()) {
            if (token.content().isEmpty()) {
                throw json.refusal("has an added token without content, of id " + token.id());
            }
            Integer known = added.getOrDefault(token.content(), vocabulary.get(token.content()));
            int id = known != null ? known : Math.max(vocabulary.size(), highest + 1);
            if (id != token.id()) {
                throw json.refusal("gives the added token \"" + token.content() + "\" the id " + token.id()
                        + ", but the tokenizers library makes it " + id
                        + ": added tokens must follow the vocabulary without gaps");
            }
            added.put(token.content(), id);
            highest = Math.max(highest, id);
        }
    }
}
