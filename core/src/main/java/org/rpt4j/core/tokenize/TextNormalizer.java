package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.TokenizerException;

/** The normalizer of {@code tokenizer.json}. Thread-safe. */
final class TextNormalizer {

    private static final int MAX_GROWTH = 16;
    private static final int MAX_DEPTH = 16;
    // Above this length, marks that follow each other are refused: sorting them takes quadratic time.
    private static final int MAX_MARKS = 10_000;
    private static final int BLOCK = 1 << 16;
    // Characters below neither combine nor compose with what is before them.
    private static final int FIRST_MARK = 0x300;

    private interface Rule {
        String apply(String text, Effort effort);
    }

    private final TokenizerJson json;
    private final List<Rule> rules = new ArrayList<>();
    private boolean prepends;

    TextNormalizer(TokenizerJson json) {
        this.json = json;
        add(json.at("normalizer"), 0);
    }

    /** Whether it adds text at the start. */
    boolean prepends() {
        return prepends;
    }

    /** The normalised form of a piece of text, which is not empty. */
    String apply(String text, Effort effort) {
        String result = text;
        for (Rule rule : rules) {
            result = result.isEmpty() ? result : rule.apply(result, effort);
        }
        return result;
    }

    private void add(JsonNode node, int depth) {
        if (node.isMissingNode() || node.isNull()) {
            return;
        }
        String type = node.path("type").asText();
        switch (type) {
            case "Sequence":
                if (depth == MAX_DEPTH) {
                    throw json.refusal("has normalizers nested more than " + MAX_DEPTH + " deep");
                }
                node.path("normalizers").forEach(step -> add(step, depth + 1));
                break;
            case "NFC":
            case "NFD":
            case "NFKC":
            case "NFKD":
                Normalizer.Form form = Normalizer.Form.valueOf(type);
                rules.add((text, effort) -> form(text, form, effort));
                break;
            case "Prepend":
                String start = node.path("prepend").asText();
                requireShort(start);
                prepends = true;
                rules.add((text, effort) -> start + text);
                break;
            case "Replace":
                addReplace(node);
                break;
            default:
                throw json.refusal("has the normalizer \"" + type + "\", which is not supported: it changes the text, "
                        + "or how is not known. Supported: NFC, NFD, NFKC, NFKD, Prepend, Replace and Sequence.");
        }
    }

    private void addReplace(JsonNode node) {
        RegexProgram program = SplitPatterns.read(json, node.path("pattern"));
        String content = node.path("content").asText();
        requireShort(content);
        rules.add((text, effort) -> replace(text, program, content, effort));
    }

    private void requireShort(String content) {
        if (content.length() > 1_000) {
            throw json.refusal("has a normalizer that adds " + content.length() + " characters; at most 1000 are");
        }
    }

    private static String replace(String text, RegexProgram program, String content, Effort effort) {
        RegexMatcher matcher = new RegexMatcher(program, effort);
        matcher.reset(text, 0, text.length());
        long limit = (long) MAX_GROWTH * (text.length() + 256L);
        StringBuilder result = null;
        int copied = 0;
        for (int i = 0; i < text.length(); ) {
            int end = matcher.matchAt(i);
            if (end < 0) {
                i += Character.charCount(text.codePointAt(i));
                continue;
            }
            result = result == null ? new StringBuilder(text.length() + 16) : result;
            result.append(text, copied, i).append(content);
            if (result.length() > limit) {
                throw new TokenizerException("The Replace normalizer of tokenizer.json makes a text of " + text.length()
                        + " characters more than " + MAX_GROWTH + " times as long. Use another tokenizer.");
            }
            i = end;
            copied = end;
        }
        return result == null
                ? text
                : result.append(text, copied, text.length()).toString();
    }

    /** Unicode normalisation in blocks, by the rules of Unicode 9: later characters stand for themselves. */
    private static String form(String text, Normalizer.Form form, Effort effort) {
        if (isNormal(text, form)) {
            return text;
        }
        StringBuilder result = null;
        int start = 0;
        while (start < text.length()) {
            effort.spend(BLOCK >> 6, "its normalizer");
            int end = blockEnd(text, start);
            String block = text.substring(start, end);
            String normal = isLater(text, start) ? block : Normalizer.normalize(block, form);
            if (result == null && !normal.equals(block)) {
                result = new StringBuilder(text.length() + 16).append(text, 0, start);
            }
            if (result != null) {
                result.append(normal);
            }
            start = end;
        }
        return result == null ? text : result.toString();
    }

    /** Whether all characters are among those that normalisation never changes. */
    private static boolean isNormal(String text, Normalizer.Form form) {
        int end = form == Normalizer.Form.NFC ? FIRST_MARK : 0x80;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= end) {
                return false;
            }
        }
        return true;
    }

    private static boolean isLater(String text, int position) {
        char c = text.charAt(position);
        return c >= FIRST_MARK && UnicodeTables.AFTER_UNICODE_9.contains(text.codePointAt(position));
    }

    /** The end of a block that can be normalised by itself. */
    private static int blockEnd(String text, int start) {
        int marks = 0;
        boolean later = isLater(text, start);
        for (int i = start; i < text.length(); ) {
            char c = text.charAt(i);
            if (i > start && (isLater(text, i) != later || c < FIRST_MARK && i - start > BLOCK)) {
                return i;
            }
            int codePoint = text.codePointAt(i);
            marks = c >= FIRST_MARK && UnicodeTables.MARK.contains(codePoint) ? marks + 1 : 0;
            if (marks > MAX_MARKS) {
                throw new TokenizerException("A text has more than " + MAX_MARKS
                        + " combining marks in a row, which no language has. Remove them.");
            }
            i += Character.charCount(codePoint);
        }
        return text.length();
    }
}
