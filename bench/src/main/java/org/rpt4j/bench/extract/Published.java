package org.rpt4j.bench.extract;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rpt4j.answers.compare.LastBox;

/**
 * The rules of published harnesses, by name. They read truncated responses like any others. Written for linear time, with
 * the results of the originals.
 *
 * @since 0.1.0
 */
public final class Published {

    /** What CPython draws first, by the number of choices: {@code random.seed(12345); random.randint(0, choices - 1)}. */
    private static final int[] FIRST_DRAWS = {0, 0, 1, 1, 3, 3, 3, 3, 6, 6, 6, 6, 6, 6, 6, 6, 13};

    private static final Pattern ANSWER_IS = Pattern.compile("answer is \\(?([A-J])\\)?");
    private static final Pattern ANSWER_COLON = Pattern.compile("[aA]nswer:\\s*+([A-J])");
    private static final Pattern STRICT_NUMBER = Pattern.compile("#### (-?[0-9.,]+)");
    private static final Pattern ANY_NUMBER = Pattern.compile("(-?[$0-9.,]{2,})|(-?[0-9]+)");

    private static final Map<String, ExtractionRule> RULES = rules();

    private Published() {}

    private static Map<String, ExtractionRule> rules() {
        Map<String, ExtractionRule> rules = new LinkedHashMap<>();
        for (ExtractionRule rule : List.of(
                rule(
                        "mmlu-pro",
                        "The harness of MMLU-Pro: \"answer is (X)\", else \"answer: X\", else the last capital from A to J"
                                + " anywhere in the response, else a random letter. Its seed is set anew for every"
                                + " question, so it is always the same letter: B, D or G, after the number of choices.",
                        response -> threeSteps(response.visible())
                                .map(Extracted::answer)
                                .orElseGet(() -> drawn(response.choices().size()))),
                rule(
                        "mmlu-pro-undrawn",
                        "The harness of MMLU-Pro without its random letter: such a response is wrong.",
                        response -> given(threeSteps(response.visible()))),
                rule(
                        "lm-eval",
                        "lm-evaluation-harness: the first \"answer is (X)\", or no answer.",
                        response -> given(first(ANSWER_IS, response.visible()))),
                rule(
                        "supergpqa",
                        "The harness of SuperGPQA: a letter after \"the answer is\" or \"answer:\", or at the start, in the"
                                + " last line, else anywhere; else the text of a choice at such a place.",
                        response -> given(SuperGpqaRule.extract(response.visible(), response.choices()))),
                rule(
                        "gsm8k-strict-match",
                        "lm-evaluation-harness: the first number after \"#### \".",
                        response ->
                                given(first(STRICT_NUMBER, response.visible()).map(Published::trimmed))),
                rule(
                        "gsm8k-flexible-extract",
                        "lm-evaluation-harness: the last number anywhere in the response, also of a truncated one.",
                        response -> given(lastNumber(response.visible()))),
                rule(
                        "hendrycks-math",
                        "The harness of MATH: the last \\boxed{} or \\fbox{}.",
                        response -> given(LastBox.of(response.visible()))),
                rule(
                        "lm-eval-math",
                        "lm-evaluation-harness: the last box, else the first \\[...\\], else what stands between the first"
                                + " and the last $, else the whole response.",
                        response -> given(loosest(response.visible()))))) {
            rules.put(rule.name(), rule);
        }
        return rules;
    }

    /** The names of all rules. */
    public static List<String> names() {
        return List.copyOf(RULES.keySet());
    }

    /** Looks up a rule. */
    public static Optional<ExtractionRule> named(String name) {
        return Optional.ofNullable(RULES.get(name));
    }

    private static Extracted given(Optional<String> answer) {
        return answer.filter(text -> !text.isBlank())
                .map(Extracted::answer)
                .orElseGet(() -> Extracted.nothing(Extracted.Finding.NONE));
    }

    private static Extracted drawn(int choices) {
        int index = choices < FIRST_DRAWS.length ? FIRST_DRAWS[choices] : FIRST_DRAWS[FIRST_DRAWS.length - 1];
        return new Extracted(Extracted.Finding.DRAWN, Response.letter(index));
    }

    private static Optional<String> threeSteps(String text) {
        return first(ANSWER_IS, text).or(() -> lastInFirstLine(text)).or(() -> lastCapital(text));
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    /** What {@code .*[aA]nswer:\s*([A-J])} finds: the last match that begins in the line of the first one. */
    private static Optional<String> lastInFirstLine(String text) {
        Matcher matcher = ANSWER_COLON.matcher(text);
        String found = null;
        int lineEnd = text.length();
        while (matcher.find() && matcher.start() < lineEnd) {
            if (found == null) {
                int end = text.indexOf('\n', matcher.start());
                lineEnd = end < 0 ? text.length() : end;
            }
            found = matcher.group(1);
        }
        return Optional.ofNullable(found);
    }

    private static Optional<String> lastCapital(String text) {
        for (int i = text.length() - 1; i >= 0; i--) {
            char c = text.charAt(i);
            if (c >= 'A' && c <= 'J') {
                return Optional.of(String.valueOf(c));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> lastNumber(String text) {
        Matcher matcher = ANY_NUMBER.matcher(text);
        String found = null;
        while (matcher.find()) {
            found = matcher.group();
        }
        return Optional.ofNullable(found).map(Published::trimmed);
    }

    /** The comparison of that harness ignores commas, dollar signs and a full stop at the end. */
    private static String trimmed(String number) {
        String bare = number.replace(",", "").replace("$", "");
        return bare.endsWith(".") ? bare.substring(0, bare.length() - 1) : bare;
    }

    private static Optional<String> loosest(String text) {
        return LastBox.of(text)
                .or(() -> displayed(text))
                .or(() -> betweenDollars(text))
                .or(() -> Optional.of(text.strip()));
    }

    private static Optional<String> displayed(String text) {
        int start = text.indexOf("\\[");
        int end = start < 0 ? -1 : text.indexOf("\\]", start + 3);
        return end < 0
                ? Optional.empty()
                : Optional.of(text.substring(start + 2, end).strip());
    }

    private static Optional<String> betweenDollars(String text) {
        int start = text.indexOf('$');
        int end = text.lastIndexOf('$');
        return start >= 0 && end > start ? Optional.of(text.substring(start + 1, end)) : Optional.empty();
    }

    private static ExtractionRule rule(String name, String says, Function<Response, Extracted> extract) {
        return new Named(name, says, extract);
    }

    private record Named(String name, String says, Function<Response, Extracted> find) implements ExtractionRule {

        @Override
        public Extracted extract(Response response) {
            return find.apply(response);
        }
    }
}
