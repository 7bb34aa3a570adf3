package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.rpt4j.tck.wrong.WrongTwins;
import org.rpt4j.tck.wrong.WrongVerifiers;

/** The document lists exactly the rules in the code, with their tests and their wrong twins. */
class ContractDocumentTest {

    private static final Pattern RULE = Pattern.compile("(?ms)^### ([A-Z]\\d+): ([^\\n]+)\\n\\n(.+?)(?=^##|\\z)");
    private static final Pattern TAIL = Pattern.compile(
            "(?s).+\\n\\n- Why: [^\\n]+\\n- Test: `([^`]+)`(, on every model)?\\n- Catches: ([^\\n]+)\\n\\s*");

    @Test
    void listsTheRulesOfTheCodeInTheirOrder() throws IOException {
        Map<String, String> mistakes = new HashMap<>();
        WrongTwins.all().forEach(twin -> mistakes.merge(twin.rule(), twin.mistake(), (a, b) -> a + "; " + b));
        WrongVerifiers.all().forEach(twin -> mistakes.put(twin.rule(), twin.mistake()));
        Map<String, String> code = Stream.concat(Rules.ofBackends().stream(), Rules.verifier().stream())
                .collect(toOrderedMap(
                        RuleCheck::id,
                        rule -> line(
                                rule.title(),
                                rule.method().getDeclaringClass().getSimpleName() + "."
                                        + rule.method().getName(),
                                rule.everyModel(),
                                mistakes.get(rule.id()))));
        Map<String, String> document = documented(Files.readString(document()));
        assertThat(document.keySet()).containsExactlyElementsOf(code.keySet());
        code.forEach((id, line) -> assertThat(document.get(id)).as(id).isEqualTo(line));
    }

    private static <T> Collector<T, ?, Map<String, String>> toOrderedMap(
            Function<T, String> key, Function<T, String> value) {
        return Collectors.toMap(key, value, (a, b) -> a + " and " + b, LinkedHashMap::new);
    }

    private static Map<String, String> documented(String document) {
        Map<String, String> lines = new LinkedHashMap<>();
        Matcher rule = RULE.matcher(document);
        while (rule.find()) {
            Matcher tail = TAIL.matcher(rule.group(3));
            assertThat(tail.matches())
                    .as("form of the entry of %s: %s", rule.group(1), rule.group(3))
                    .isTrue();
            lines.put(rule.group(1), line(rule.group(2), tail.group(1), tail.group(2) != null, tail.group(3)));
        }
        return lines;
    }

    private static String line(String title, String test, boolean everyModel, String mistake) {
        return String.join(" | ", title, test, everyModel ? "every model" : "one model", mistake);
    }

    private static Path document() {
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            Path candidate = at.resolve("docs/contract.md");
            if (Files.exists(candidate)) {
                return candidate;
            }
        }
        throw new AssertionError(
                "docs/contract.md is in no folder above " + Path.of("").toAbsolutePath());
    }
}
