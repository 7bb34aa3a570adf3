package org.rpt4j.bench.suite;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.bench.extract.ExtractionRule;
import org.rpt4j.bench.extract.PatternRule;
import org.rpt4j.bench.extract.Published;
import org.rpt4j.bench.extract.StrictRule;
import org.rpt4j.model.format.Sha256;

/** Reads a suite from YAML and lists everything that is wrong with it. */
final class SuiteFile {

    private static final Set<String> IN_QUESTION = Set.of("examples", "question", "choices", "category");
    private static final Set<String> IN_EXAMPLE = Set.of("question", "choices", "category", "worked", "answer");
    private static final Set<String> IN_CHOICE = Set.of("letter", "choice");
    private static final String NAME = "[a-z0-9][a-z0-9.-]{0,63}";
    private static final int MOST_SHOTS = 100;

    private final List<String> problems = new ArrayList<>();
    private final YamlSection root;
    private final String text;

    private SuiteFile(String file, String text) {
        this.root = YamlSection.parse(file, text, problems);
        this.text = text;
    }

    /**
     * Reads a suite.
     *
     * @param file its name, for messages
     * @throws ConfigurationException with every problem
     */
    static Suite read(String file, String text) {
        return new SuiteFile(file, text).suite();
    }

    private Suite suite() {
        requireReadable();
        String name = root.value("name", SuiteFile::name).orElseGet(() -> root.required("name"));
        root.required("answers");
        Optional<AnswerKind> kind = root.value("answers", written -> oneOf(AnswerKind.class, written));
        String title = root.text("title").orElse(name);
        String publishedAs = root.text("published-as").orElse("");
        QuestionFields fields = fields(kind);
        PromptTexts prompt = prompt(kind);
        Optional<PromptTexts> continuation = continuation(kind);
        List<ExtractionRule> readings = root.<ExtractionRule>elements("readings", SuiteFile::published, this::reading);
        requireDifferent(readings);
        root.refuseOthers();
        requireReadable();
        return new Suite(
                name,
                title,
                publishedAs,
                kind.orElseThrow(),
                fields,
                prompt,
                continuation,
                readings,
                fingerprint(text));
    }

    static String fingerprint(String... texts) {
        Sha256 hash = new Sha256();
        Arrays.stream(texts).forEach(hash::add);
        return hash.hex();
    }

    private void requireReadable() {
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    private QuestionFields fields(Optional<AnswerKind> kind) {
        YamlSection section = root.section("fields");
        boolean choice = isChoice(kind);
        if (choice) {
            section.requireKey("choices");
            section.required("answer");
        } else if (kind.isPresent() && !section.has("answer") && !section.has("answer-box")) {
            section.problem(
                    "answer", "is missing; name the field of the answer, or of a solution with a box as answer-box");
        }
        section.required("question");
        AnswerForm form = section.value("answer-form", written -> oneOf(AnswerForm.class, written))
                .orElse(AnswerForm.LETTER);
        refuse(
                section,
                kind.isPresent() && !choice,
                "needs answers: choice",
                "choices",
                "labels",
                "no-choice",
                "answer-form");
        refuse(section, choice, "is not for answers: choice", "answer-pattern", "answer-box");
        if (choice && form == AnswerForm.LABEL) {
            section.required("labels");
        }
        QuestionFields fields = new QuestionFields(
                section.value("id", FieldPath::new),
                section.value("question", FieldPath::new).orElseGet(() -> new FieldPath("question")),
                section.values("choices", FieldPath::new),
                section.value("labels", FieldPath::new),
                section.text("no-choice"),
                section.value("answer", FieldPath::new),
                form,
                section.value("answer-pattern", SuiteFile::pattern),
                section.value("answer-box", FieldPath::new),
                section.value("worked", FieldPath::new),
                section.text("worked-prefix").orElse(""),
                section.values("categories", CategoryLevel::of));
        section.refuseOthers();
        return fields;
    }

    private static boolean isChoice(Optional<AnswerKind> kind) {
        return kind.equals(Optional.of(AnswerKind.CHOICE));
    }

    private static void refuse(YamlSection section, boolean wrong, String why, String... keys) {
        for (String key : keys) {
            if (section.has(key) && wrong) {
                section.problem(key, why);
            }
        }
    }

    private PromptTexts prompt(Optional<AnswerKind> kind) {
        YamlSection section = root.section("prompt");
        PromptTexts prompt = new PromptTexts(
                text(section, "question", true, IN_QUESTION, isChoice(kind) ? "choices" : "question"),
                text(section, "example", false, IN_EXAMPLE, "question"),
                choice(section),
                new PromptText("{letter}"),
                section.text("answer-start").orElse(""),
                section.values("stop", stop -> stop),
                section.value("shots", SuiteFile::shots).orElse(0),
                section.value("examples-by-category", SuiteFile::flag).orElse(false));
        requireExample(section);
        section.refuseOthers();
        return prompt;
    }

    private Optional<PromptTexts> continuation(Optional<AnswerKind> kind) {
        if (!root.has("log-probability")) {
            return Optional.empty();
        }
        if (kind.isPresent() && !isChoice(kind)) {
            root.problem("log-probability", "needs answers: choice");
        }
        YamlSection section = root.section("log-probability");
        Set<String> inExample = new LinkedHashSet<>(IN_EXAMPLE);
        inExample.add("continuation");
        PromptTexts texts = new PromptTexts(
                text(section, "question", true, IN_QUESTION, "question"),
                text(section, "example", false, inExample, "continuation"),
                choice(section),
                text(section, "continuation", true, IN_CHOICE, ""),
                "",
                List.of(),
                section.value("shots", SuiteFile::shots).orElse(0),
                section.value("examples-by-category", SuiteFile::flag).orElse(false));
        requireExample(section);
        section.refuseOthers();
        return Optional.of(texts);
    }

    private static PromptText choice(YamlSection section) {
        return section.has("choice")
                ? text(section, "choice", false, IN_CHOICE, "choice")
                : new PromptText("{letter}. {choice}");
    }

    /** A prompt that has a place for examples says what they look like. */
    private static void requireExample(YamlSection section) {
        boolean placed = section.text("question").orElse("").contains("{examples}");
        if (placed && !section.has("example")) {
            section.problem("example", "is missing; question has a place for examples");
        }
        if (!placed && (section.has("example") || section.has("shots"))) {
            section.problem("question", "has no place {examples}, but there are examples");
        }
    }

    /** A text whose places are known and that has the most important one. */
    private static PromptText text(
            YamlSection section, String key, boolean required, Set<String> known, String needed) {
        PromptText text = new PromptText(
                required ? section.required(key) : section.text(key).orElse(""));
        List<String> places = text.places();
        if (!text.text().isEmpty()) {
            places.stream()
                    .filter(place -> !known.contains(place))
                    .forEach(place -> section.problem(
                            key,
                            "has the place {" + place + "}; it may have "
                                    + String.join(", ", known.stream().sorted().toList())));
            if (!needed.isEmpty() && !places.contains(needed)) {
                section.problem(key, "has no place {" + needed + "}");
            }
            if (places.stream().filter("question"::equals).count() > 1) {
                section.problem(key, "has the place {question} more than once");
            }
        }
        return text;
    }

    /** Checks the text of a prompt from a file as that of a suite file. */
    static PromptText question(String file, String text, AnswerKind kind) {
        List<String> problems = new ArrayList<>();
        PromptText prompt = new PromptText(text);
        List<String> places = prompt.places();
        places.stream()
                .filter(place -> !IN_QUESTION.contains(place))
                .forEach(place -> problems.add(file + " has the place {" + place + "}; it may have "
                        + String.join(", ", IN_QUESTION.stream().sorted().toList()) + "."));
        for (String needed : kind == AnswerKind.CHOICE ? List.of("question", "choices") : List.of("question")) {
            long count = places.stream().filter(needed::equals).count();
            if (count != 1) {
                problems.add(file + " has the place {" + needed + "} " + count + " times; it needs it once.");
            }
        }
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
        return prompt;
    }

    private Optional<ExtractionRule> reading(YamlSection section) {
        String name = section.value("name", SuiteFile::name).orElseGet(() -> section.required("name"));
        String says = section.text("says").orElse("A pattern of the suite file.");
        section.required("pattern");
        boolean last = section.value("take", SuiteFile::isLast).orElse(false);
        return section.value("pattern", written -> new PatternRule(name, says, pattern(written), last));
    }

    private void requireDifferent(List<ExtractionRule> readings) {
        Set<String> names = new LinkedHashSet<>(Set.of(StrictRule.NAME));
        readings.stream()
                .map(ExtractionRule::name)
                .filter(name -> !names.add(name))
                .forEach(name -> root.problem("readings", "has \"" + name + "\" twice; every suite has \"strict\""));
    }

    private static ExtractionRule published(String name) {
        return Published.named(name)
                .orElseThrow(() -> new IllegalArgumentException("there is no reading \"" + name + "\"; there are "
                        + String.join(", ", Published.names()) + ", or a section with name, pattern and take"));
    }

    private static Pattern pattern(String written) {
        try {
            Pattern pattern = Pattern.compile(written);
            if (pattern.matcher("").groupCount() == 0) {
                throw new IllegalArgumentException(
                        "the pattern " + written + " has no group; put the answer into parentheses");
            }
            return pattern;
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(
                    "not a regular expression: " + e.getDescription() + " at character " + (e.getIndex() + 1), e);
        }
    }

    private static String name(String written) {
        if (!written.matches(NAME)) {
            throw new IllegalArgumentException(
                    "\"" + written + "\" is no name: small letters, digits, dots and hyphens, at most 64");
        }
        return written;
    }

    private static boolean isLast(String written) {
        return choose(written, "first", "last").equals("last");
    }

    private static boolean flag(String written) {
        return choose(written, "true", "false").equals("true");
    }

    private static String choose(String written, String one, String other) {
        if (!written.equals(one) && !written.equals(other)) {
            throw new IllegalArgumentException("\"" + written + "\" is neither " + one + " nor " + other);
        }
        return written;
    }

    private static int shots(String written) {
        if (!written.matches("[0-9]{1,3}") || Integer.parseInt(written) > MOST_SHOTS) {
            throw new IllegalArgumentException("\"" + written + "\" is not a number from 0 to " + MOST_SHOTS);
        }
        return Integer.parseInt(written);
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, String written) {
        return Arrays.stream(type.getEnumConstants())
                .filter(constant -> constant.name().toLowerCase(Locale.ROOT).equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("\"" + written + "\" is not one of "
                        + String.join(
                                ", ",
                                Arrays.stream(type.getEnumConstants())
                                        .map(constant -> constant.name().toLowerCase(Locale.ROOT))
                                        .toList())));
    }
}
