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
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** Tasks by how often an earlier run was right on them. */
class PassRateSelectionTest {

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;
    private static Path instruction;
    private static Path rates;

    @BeforeAll
    static void train() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 4);
        instruction = Files.writeString(folder.resolve("next.txt"), "Next? {context}");
        Cli first = train("first", 0.5);
        assertThat(first.code()).as(first.err()).isZero();
        rates = folder.resolve("first-run/pass-rates.json");
    }

    private static Cli train(String name, double heldOut, Object... more) {
        List<Object> arguments = common(
                "train",
                "--save",
                folder.resolve(name),
                "--run.directory",
                folder.resolve(name + "-run"),
                "--steps",
                3,
                "--prompts-per-step",
                2,
                "--group-size",
                4,
                "--max-tokens",
                2,
                "--reward.name",
                "coin",
                "--instruction",
                instruction,
                "--held-out-share",
                heldOut,
                "--tasks",
                0);
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static List<Object> common(Object... more) {
        List<Object> arguments = new ArrayList<>(List.of(more));
        arguments.addAll(
                List.of("--backend.name", "reference", "--threads", 1, "--model.directory", model, "--files", corpus));
        arguments.addAll(List.of("--text-fields", "story", "--positions-per-document", 3, "--run.seed", 3));
        return arguments;
    }

    private static Cli dataset(Path out, Object... more) {
        List<Object> arguments = common("dataset", "--out", out, "--rule", "PASS_RATE_BAND");
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    private static int tasks(Path dataset) {
        List<Integer> counts = new ArrayList<>();
        TaskDataset.open(dataset)
                .read(document -> counts.add(document.positions().size()));
        return counts.stream().mapToInt(Integer::intValue).sum();
    }

    @Test
    void aDatasetHoldsTheTasksOfTheBand() {
        PassRates observed = PassRates.load(rates);
        long within = observed.rates().values().stream()
                .filter(rate -> rate >= 0.2 && rate <= 0.6)
                .count();
        assertThat(within)
                .as("a band that keeps some and leaves some")
                .isBetween(1L, observed.rates().size() - 1L);
        Path all = folder.resolve("all.tasks");
        Path some = folder.resolve("some.tasks");

        assertThat(dataset(all, "--selection.pass-rates", rates, "--lowest-pass-rate", 0, "--highest-pass-rate", 1)
                        .code())
                .isZero();
        assertThat(dataset(some, "--selection.pass-rates", rates, "--lowest-pass-rate", 0.2, "--highest-pass-rate", 0.6)
                        .code())
                .isZero();

        assertThat(tasks(all)).isEqualTo(observed.rates().size());
        assertThat(tasks(some)).isEqualTo((int) within);
        assertThat(TaskDataset.open(some).header().settings().get("selector"))
                .isEqualTo("pass-rate-band 0.2 to 0.6 of " + observed.rates().size() + " observed");
    }

    @Test
    void aRunTrainsOnTheTasksOfTheBand() {
        Cli second = train(
                "second",
                0,
                "--rule",
                "PASS_RATE_BAND",
                "--selection.pass-rates",
                rates,
                "--lowest-pass-rate",
                0,
                "--highest-pass-rate",
                1);

        assertThat(second.code()).as(second.err()).isZero();
        assertThat(second.err()).contains(PassRates.load(rates).rates().size() + " tasks to train on, 0 held out");
    }

    @Test
    void aBandNeedsRatesAndAnOrder() {
        Path out = folder.resolve("none.tasks");

        assertThat(dataset(out).err())
                .contains("selection.rule = PASS_RATE_BAND (command line)", "needs rates that were observed");
        assertThat(dataset(out, "--selection.pass-rates", folder.resolve("nowhere"))
                        .err())
                .contains("Pass rates cannot be read");
        assertThat(dataset(out, "--selection.pass-rates", rates, "--lowest-pass-rate", 0.9, "--highest-pass-rate", 0.1)
                        .err())
                .contains(
                        "selection.lowest-pass-rate = 0.9",
                        "selection.highest-pass-rate = 0.1",
                        "band of pass rates is empty");
        assertThat(train("third", 0, "--rule", "PASS_RATE_BAND").err())
                .contains("selection.rule = PASS_RATE_BAND (command line)", "needs rates that were observed");
        assertThat(out).doesNotExist();
    }
}
