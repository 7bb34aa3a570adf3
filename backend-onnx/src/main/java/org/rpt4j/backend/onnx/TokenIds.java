package org.rpt4j.backend.onnx;

/** Checks token ids before native code reads with them. Stateless. */
final class TokenIds {

    private TokenIds() {}

    static void require(String what, int[] tokens, int vocabularySize) {
        for (int i = 0; i < tokens.length; i++) {
            if (tokens[i] < 0 || tokens[i] >= vocabularySize) {
                throw new IllegalArgumentException(what + " has the token id " + tokens[i] + " at " + i
                        + ", outside the vocabulary of " + vocabularySize + " ids");
            }
        }
    }
}
