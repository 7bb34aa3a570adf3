package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;

/** Reads the patterns of {@code Split} and {@code Replace}. Stateless. */
final class SplitPatterns {

    /** What {@code ByteLevel} splits by, as GPT-2 did. */
    static final String GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";

    private SplitPatterns() {}

    static RegexProgram read(TokenizerJson json, JsonNode pattern) {
        JsonNode literal = pattern.path("String");
        if (literal.isTextual() && !literal.textValue().isEmpty()) {
            return RegexProgram.ofLiteral(literal.textValue());
        }
        if (!pattern.path("Regex").isTextual()) {
            throw json.refusal("has the pattern " + pattern + ", which is neither a Regex nor a String with text");
        }
        return RegexProgram.compile(pattern.path("Regex").textValue());
    }
}
