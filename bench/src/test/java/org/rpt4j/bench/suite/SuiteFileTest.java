package org.rpt4j.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.bench.extract.ExtractionRule;

class SuiteFileTest {

    private static final String TREES = """
            name: trees
            title: Questions on trees
            answers: choice
            fields:
              id: number
              question: asked
              choices: options
              answer: right
              answer-form: index
              categories: [wood, wood/leaf]
            prompt:
              question: |
                {examples}On {category}: {question}
                {choices}
              example: "{question} -> {answer}\\n"
              shots: 2
            log-probability:
              question: "{question}"
              continuation: " {choice}"
            readings:
              - lm-eval
              - name: mine
                pattern: "I say ([A-D])"
                take: last
            """;

    static List<String> builtIn() {
        return Suites.builtIn();
    }

    private static List<String> problems(String text) {
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> SuiteFile.read("my.yaml", text));
        assertThat(refused).isNotNull();
        return refused.problems();
    }

    @ParameterizedTest
    @MethodSource("builtIn")
    void aBuiltInSuiteIsReadAndSaysWhereItsFileIsPublished(String name) {
        Suite suite = Suites.open(name);

        assertThat(suite.name()).isEqualTo(name);
        assertThat(suite.publishedAs()).contains("/").contains("split");
        assertThat(suite.readings()).isNotEmpty();
        assertThat(suite.continuation().isPresent()).isEqualTo(suite.kind() == AnswerKind.CHOICE);
        assertThat(suite.prompt().stops()).hasSize(1);
    }

    @Test
    void anOwnSuiteIsData() {
        Suite suite = SuiteFile.read("my.yaml", TREES);

        assertThat(suite.title()).isEqualTo("Questions on trees");
        assertThat(suite.readings()).extracting(ExtractionRule::name).containsExactly("lm-eval", "mine");
        assertThat(suite.fields().form()).isEqualTo(AnswerForm.INDEX);
        assertThat(suite.fields().categories()).extracting(CategoryLevel::name).containsExactly("wood", "wood/leaf");
        assertThat(suite.prompt().shots()).isEqualTo(2);
    }

    @Test
    void everyProblemIsListedWithItsLine() {
        String wrong = TREES.replace("name: trees", "nam: trees")
                .replace("answers: choice", "answers: letters")
                .replace("answer-form: index", "answer-form: roman")
                .replace("shots: 2", "shots: many")
                .replace("{question} -> ", "{quest} -> ")
                .replace("  - lm-eval", "  - lm-evil")
                .replace("I say ([A-D])", "I say ([A-D]");

        assertThat(problems(wrong))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("my.yaml:1: ").contains("nam is unknown; did you mean name?"))
                .anySatisfy(problem -> assertThat(problem).contains("name is missing"))
                .anySatisfy(problem ->
                        assertThat(problem).startsWith("my.yaml:3: ").contains("not one of choice, math, exact"))
                .anySatisfy(problem -> assertThat(problem).contains("letter, index, label, text"))
                .anySatisfy(
                        problem -> assertThat(problem).contains("prompt.shots").contains("from 0 to 100"))
                .anySatisfy(problem -> assertThat(problem).contains("prompt.example has no place {question}"))
                .anySatisfy(problem -> assertThat(problem).contains("lm-evil").contains("gsm8k-strict-match"))
                .anySatisfy(problem -> assertThat(problem).contains("not a regular expression"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "name: a\nname: b",
                "name: &x a\nfields: {id: *y}",
                "- a",
                "",
                "name: [a, b]",
                "prompt: text",
                "readings: {name: x}",
                "name: \"unclosed"
            })
    void aMalformedFileIsRefused(String text) {
        assertThat(problems(text))
                .isNotEmpty()
                .allSatisfy(problem -> assertThat(problem).startsWith("my.yaml"));
    }

    @Test
    void keysOfAnotherKindAreRefused() {
        String math = TREES.replace("answers: choice", "answers: math");

        assertThat(problems(math))
                .anySatisfy(problem -> assertThat(problem).contains("fields.choices needs answers: choice"))
                .anySatisfy(problem -> assertThat(problem).contains("log-probability needs answers: choice"));
    }

    @Test
    void anUnknownPlaceIsNamed() {
        assertThat(problems(TREES.replace("On {category}", "On {worked}")))
                .singleElement()
                .asString()
                .contains("{worked}")
                .contains("category, choices, examples, question");
    }

    @Test
    void aReadingIsNotGivenTwiceNorCalledStrict() {
        assertThat(problems(TREES.replace("name: mine", "name: strict")))
                .anySatisfy(problem -> assertThat(problem).contains("\"strict\" twice"));
    }

    @Test
    void anUnknownSuiteListsTheOthers() {
        assertThatThrownBy(() -> Suites.open("mmlu"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("mmlu-pro, supergpqa, gsm8k")
                .hasMessageContaining(".yaml");
    }

    @Test
    void aMissingFileAndADirectoryAreRefused(@TempDir Path folder) throws IOException {
        assertThatThrownBy(() -> Suites.open(folder.resolve("none.yaml").toString()))
                .hasMessageContaining("does not exist");
        Path directory = Files.createDirectory(folder.resolve("dir.yaml"));
        assertThatThrownBy(() -> Suites.open(directory.toString())).hasMessageContaining("directory");
    }

    @Test
    void aPromptOfAFileChangesTheFingerprint(@TempDir Path folder) throws IOException {
        Suite suite = Suites.open("gsm8k");
        Path prompt = Files.writeString(folder.resolve("p.txt"), "Solve {question}");
        Path wrong = Files.writeString(folder.resolve("w.txt"), "Solve {choices} {answer}");

        Suite other = Suites.withPrompt(suite, prompt);

        assertThat(other.fingerprint()).isNotEqualTo(suite.fingerprint());
        assertThatThrownBy(() -> Suites.withPrompt(suite, wrong))
                .hasMessageContaining("{answer}")
                .hasMessageContaining("{question} 0 times");
    }
}
