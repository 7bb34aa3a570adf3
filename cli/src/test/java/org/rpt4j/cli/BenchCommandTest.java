package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.bench.suite.Suites;
import org.rpt4j.run.tiny.TinyCheckpoint;

class BenchCommandTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path questions;

    @BeforeAll
    static void write() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        questions = folder.resolve("arc.jsonl");
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 5; i++) {
            lines.append("{\"id\":\"q")
                    .append(i)
                    .append("\",\"question\":\"Day ")
                    .append(i);
            lines.append("?\",\"choices\":{\"text\":[\"Monday\",\"a cat\"],\"label\":[\"A\",\"B\"]},\"answerKey\":\"");
            lines.append(i % 2 == 0 ? "A" : "B").append("\"}\n");
        }
        Files.writeString(questions, lines);
    }

    private static Cli bench(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("bench", "--backend.name", "reference"));
        arguments.addAll(List.of("--model.directory", model, "--suite", "arc", "--files", questions));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static Path file(String name) {
        return folder.resolve(name);
    }

    @Test
    void aModelIsAskedAndItsResultWrittenInThreeForms() throws IOException {
        Cli asked = bench("--max-tokens", 16, "--out", file("a.json"), "--page", file("a.html"));

        assertThat(asked.code()).as(asked.err()).isZero();
        assertThat(asked.out()).contains("5 questions, model", "lm-eval", "strict", "Truncated");
        assertThat(file("a.json")).content().contains("rpt4j-bench-result-1", "\"id\" : \"q4\"");
        assertThat(file("a.html")).content().contains("<!DOCTYPE html>", "How responses were read");
        assertThat(file("a.json.answers.jsonl")).content().hasLineCount(6);
    }

    @Test
    void theSameCommandGoesOnWhereItWasKilled() throws IOException {
        Cli whole = bench("--max-tokens", 16, "--out", file("w.json"));
        List<String> lines = Files.readAllLines(file("w.json.answers.jsonl"));
        Files.writeString(
                file("k.json.answers.jsonl"),
                String.join("\n", lines.subList(0, 4)) + "\n" + lines.get(4).substring(0, 20));

        Cli resumed = bench("--max-tokens", 16, "--out", file("k.json"));

        assertThat(resumed.code()).as(resumed.err()).isZero();
        assertThat(resumed.err()).contains("2/2 questions");
        assertThat(resumed.out()).isEqualTo(whole.out());
        assertThat(file("k.json")).hasSameTextualContentAs(file("w.json"));
    }

    @Test
    void theSumOfLogProbabilitiesDecides() {
        Cli compared = bench("--mode", "log-probability");

        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out()).contains("log-probability-per-character", "100.0");
    }

    @Test
    void twoResultsAreCompared() {
        bench("--max-tokens", 16, "--out", file("x.json"));
        bench("--max-tokens", 16, "--out", file("y.json"), "--form", "plain");

        Cli compared = Cli.run("bench", "--compare", file("x.json"), file("y.json"), "--page", file("c.html"));

        assertThat(compared.code()).as(compared.err()).isZero();
        assertThat(compared.out()).contains("5 questions", "points", "form: template -> plain");
        assertThat(file("c.html")).content().contains("Settings that differ");
    }

    @Test
    void aBuiltInSuiteIsShownToStartFrom() {
        assertThat(Cli.run("bench", "--show-suite", "gsm8k").out()).isEqualTo(Suites.source("gsm8k"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "--max-tokens 8                        | 2 | Name the benchmark with --suite and its file with --files",
                "--suite arc --files F --mode odds     | 2 | neither generate nor log-probability",
                "--suite arc --files F --evaluation.samples 3 | 2 | greedy samples",
                "--suite arc --files F --mode log-probability --thinking on | 2 | without a thought",
                "--suite arc --files F --tolerated-rows -1 | 2 | --tolerated-rows is -1",
                "--suite arc --files F --shots -1      | 2 | shots",
                "--suite arc --files F --out x --page x | 2 | name one file",
                "--suite arc --compare x y             | 2 | --compare asks nothing",
                "--compare x y                         | 1 | x",
                "--suite arks --files F                | 1 | There is no suite \"arks\". Built in: mmlu-pro",
                "--suite gsm8k --files F               | 1 | They are those of --suite arc",
                "--suite arc --files none.jsonl        | 1 | allenai/ai2_arc",
                "--suite arc --files F --shots 1       | 1 | no file of them",
                "--suite gsm8k --files F --mode log-probability | 1 | rows are no questions"
            })
    void wrongUseIsToldInWords(String arguments, int code, String message) {
        List<Object> words =
                new ArrayList<>(List.of("bench", "--backend.name", "reference", "--model.directory", model));
        for (String word : arguments.split(" ")) {
            words.add(word.equals("F") ? questions : word);
        }

        Cli wrong = Cli.run(words.toArray());

        assertThat(wrong.code()).as(wrong.err()).isEqualTo(code);
        assertThat(wrong.err()).contains(message).doesNotContain("\tat ");
        assertThat(wrong.out()).isEmpty();
    }

    @Test
    void aResultIsNotReplacedUnasked() {
        bench("--max-tokens", 8, "--out", file("o.json"));

        Cli again = bench("--max-tokens", 8, "--out", file("o.json"));

        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("o.json exists").contains("--overwrite");
    }
}
