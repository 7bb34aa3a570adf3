package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalInt;

/** What the post-processor of {@code tokenizer.json} puts at the start of a text; nothing else of it is used. */
final class PostProcessor {

    private static final int MAX_DEPTH = 16;

    private final TokenizerJson json;
    private final Vocabulary vocabulary;

    PostProcessor(TokenizerJson json, Vocabulary vocabulary) {
        this.json = json;
        this.vocabulary = vocabulary;
    }

    /**
     * The first token, if it is a special one.
     *
     * @throws org.rpt4j.api.error.TokenizerException if a template names a token that is not there
     */
    OptionalInt first() {
        return first(json.at("post_processor"), 0);
    }

    private OptionalInt first(JsonNode node, int depth) {
        switch (node.path("type").asText()) {
            case "Sequence":
                if (depth == MAX_DEPTH) {
                    throw json.refusal("has post-processors nested more than " + MAX_DEPTH + " deep");
                }
                OptionalInt last = OptionalInt.empty();
                for (JsonNode step : node.path("processors")) {
                    OptionalInt found = first(step, depth + 1);
                    last = found.isPresent() ? found : last;
                }
                return last;
            case "TemplateProcessing":
                return ofTemplate(node);
            case "BertProcessing":
            case "RobertaProcessing":
                return known(node.path("cls").path(1), node.path("cls").path(0).asText());
            default:
                return OptionalInt.empty();
        }
    }

    private OptionalInt ofTemplate(JsonNode node) {
        for (String field : new String[] {"single", "pair"}) {
            for (JsonNode piece : node.path(field)) {
                if (piece.has("SpecialToken")) {
                    token(node, piece);
                }
            }
        }
        JsonNode begin = node.path("single").path(0);
        return begin.has("SpecialToken") ? token(node, begin) : OptionalInt.empty();
    }

    private OptionalInt token(JsonNode template, JsonNode piece) {
        String name = piece.path("SpecialToken").path("id").asText();
        JsonNode entry = template.path("special_tokens").path(name);
        if (entry.path("ids").isEmpty()) {
            throw json.refusal("has a post_processor whose template names the token \"" + name
                    + "\", but special_tokens does not list it. Add it there, or remove it from the template.");
        }
        for (JsonNode id : entry.path("ids")) {
            known(id, name);
        }
        return known(entry.path("ids").path(0), name);
    }

    private OptionalInt known(JsonNode id, String name) {
        if (!id.canConvertToInt() || id.intValue() < 0 || vocabulary.bytes(id.intValue()).length == 0) {
            throw json.refusal(
                    "has a post_processor with the token \"" + name + "\" of id " + id + ", which no token has");
        }
        return vocabulary.steers(id.intValue()) ? OptionalInt.of(id.intValue()) : OptionalInt.empty();
    }
}
