package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Builds the steps of the pre-tokenizer of {@code tokenizer.json}, with the model at their end. */
final class PreTokenizer {

    private static final int MAX_DEPTH = 16;
    private static final int MAX_STEPS = 64;

    private final TokenizerJson json;
    private final List<JsonNode> steps = new ArrayList<>();
    private boolean prepends;

    PreTokenizer(TokenizerJson json) {
        this.json = json;
        collect(json.at("pre_tokenizer"), 0);
        if (steps.size() > MAX_STEPS) {
            throw json.refusal("has more than " + MAX_STEPS + " pre-tokenizers");
        }
    }

    private void collect(JsonNode node, int depth) {
        if (node.path("type").asText().equals("Sequence")) {
            if (depth == MAX_DEPTH) {
                throw json.refusal("has pre-tokenizers nested more than " + MAX_DEPTH + " deep");
            }
            node.path("pretokenizers").forEach(step -> collect(step, depth + 1));
        } else if (!node.isMissingNode() && !node.isNull()) {
            steps.add(node);
        }
    }

    /** Builds all steps and the model. */
    PieceSink build() {
        boolean bytes = !steps.isEmpty() && isByteLevel(steps.get(steps.size() - 1));
        PieceSink next = new BpeModel(json, bytes);
        for (int i = steps.size() - 1; i >= 0; i--) {
            next = step(i, steps.get(i), bytes && i == steps.size() - 1, next);
        }
        return next;
    }

    /** Whether a step adds a space at the start of a text; known once the steps are built. */
    boolean prepends() {
        return prepends;
    }

    private static boolean isByteLevel(JsonNode step) {
        return step.path("type").asText().equals("ByteLevel");
    }

    private PieceSink step(int number, JsonNode step, boolean last, PieceSink next) {
        String type = step.path("type").asText();
        switch (type) {
            case "ByteLevel":
                return byteLevel(number, step, last ? next : letters(next));
            case "Metaspace":
                return metaspace(number, step, next);
            case "Split":
                RegexProgram pattern = SplitPatterns.read(json, step.path("pattern"));
                return new SplitStep(
                        number, pattern, behavior(step), step.path("invert").asBoolean(), next);
            case "Digits":
                return new SplitStep(
                        number,
                        RegexProgram.ofOne("digits", UnicodeTables.category("N")),
                        step.path("individual_digits").asBoolean()
                                ? SplitStep.Behavior.ISOLATED
                                : SplitStep.Behavior.CONTIGUOUS,
                        false,
                        next);
            case "Punctuation":
                return new SplitStep(
                        number,
                        RegexProgram.ofOne("punctuation", UnicodeTables.PUNCTUATION),
                        step.has("behavior") ? behavior(step) : SplitStep.Behavior.ISOLATED,
                        false,
                        next);
            default:
                throw json.refusal("has the pre-tokenizer \"" + type + "\", which is not supported. Supported: "
                        + "ByteLevel, Digits, Metaspace, Punctuation, Split and Sequence.");
        }
    }

    private SplitStep.Behavior behavior(JsonNode step) {
        SplitStep.@Nullable Behavior behavior =
                SplitStep.Behavior.named(step.path("behavior").asText());
        if (behavior == null) {
            throw json.refusal("has a pre-tokenizer with the behavior " + step.path("behavior"));
        }
        return behavior;
    }

    private PieceSink byteLevel(int number, JsonNode step, PieceSink next) {
        PieceSink split = step.path("use_regex").asBoolean(true)
                ? new SplitStep(
                        number, RegexProgram.compile(SplitPatterns.GPT2), SplitStep.Behavior.ISOLATED, false, next)
                : next;
        if (!step.path("add_prefix_space").asBoolean(true)) {
            return split;
        }
        prepends = true;
        return (run, text, from, to, first) -> {
            if (text.charAt(from) == ' ') {
                split.accept(run, text, from, to, first);
            } else {
                String spaced = " " + text.substring(from, to);
                split.accept(run, spaced, 0, spaced.length(), first);
            }
        };
    }

    /** Writes the bytes as characters, for steps after {@code ByteLevel}. */
    private static PieceSink letters(PieceSink next) {
        return (run, text, from, to, first) -> {
            String written = ByteLevelAlphabet.written(text.substring(from, to));
            next.accept(run, written, 0, written.length(), first);
        };
    }

    private PieceSink metaspace(int number, JsonNode step, PieceSink next) {
        char space = PieceCoding.SPACE;
        if (!step.path("replacement").asText().equals(Character.toString(space))) {
            throw json.refusal("has a Metaspace with the replacement " + step.path("replacement") + " instead of \""
                    + space + "\"");
        }
        String scheme =
                step.path("prepend_scheme").asText(step.path("add_prefix_space").asBoolean(true) ? "always" : "never");
        if (!List.of("always", "first", "never").contains(scheme)) {
            throw json.refusal("has a Metaspace with the prepend_scheme \"" + scheme + "\"");
        }
        PieceSink split = step.path("split").asBoolean(true)
                ? new SplitStep(
                        number,
                        RegexProgram.ofLiteral(Character.toString(space)),
                        SplitStep.Behavior.MERGED_WITH_NEXT,
                        false,
                        next)
                : next;
        prepends |= scheme.equals("always");
        return (run, text, from, to, first) -> {
            String spaced = text.substring(from, to).replace(' ', space);
            boolean added = scheme.equals("always") || scheme.equals("first") && first;
            String whole = added && spaced.charAt(0) != space ? space + spaced : spaced;
            split.accept(run, whole, 0, whole.length(), first);
        };
    }
}
