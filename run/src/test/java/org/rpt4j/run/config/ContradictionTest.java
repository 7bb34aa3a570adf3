package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.section.Contradiction;
import org.rpt4j.run.config.section.Contradictions;

/**
 * All rules between different options types, in the order of declaration: a new rule without an example fails the test.
 */
class ContradictionTest {

    private record Example(String reason, String... settings) {}

    private static final List<Example> EXAMPLES = List.of(
            new Example("nothing to make tasks from", "model.directory=m"),
            new Example("made of whole documents", "model.directory=m", "tasks.kind=next-segment"),
            new Example("no kind of tasks has this name", "tasks.kind=next-word"),
            new Example(
                    "the instruction has no place for them", "tasks.kind=masked-span", "prompt.instruction=complete"),
            new Example(
                    "the instruction has no place for them",
                    "tasks.kind=masked-span",
                    "training.method=SUPERVISED",
                    "traces.from=MODEL",
                    "run.directory=r",
                    "traces.sampling-instruction=complete"),
            new Example("there are no questions", "tasks.kind=answers", "reward.name=coin"),
            new Example(
                    "learns the text of a corpus",
                    "tasks.kind=answers",
                    "answers.paths=q.jsonl",
                    "reward.name=coin",
                    "training.method=NEXT_TOKEN",
                    "baseline.flops=1e12"),
            new Example("no text to learn token by token", "tasks.kind=next-sentence", "objective.corpus-weight=0.1"),
            new Example("a pass of its own", "backend.layerwise-updates=true", "objective.corpus-weight=0.1"),
            new Example("rollouts come from rounded weights", "backend.rollout-precision=INT8"),
            new Example(
                    "rounded already",
                    "backend.rollout-precision=INT8",
                    "objective.importance-cap=2",
                    "lora.rank=8",
                    "backend.frozen-weights=INT8"),
            new Example(
                    "the teacher is the model itself",
                    "objective.reward-weight=0",
                    "objective.kl-weight=1",
                    "dynamic-sampling.enabled=false"),
            new Example("nowhere to keep the references", "objective.kl-weight=0.1", "objective.kl-reset-steps=9"),
            new Example(
                    "forgotten at the first reset",
                    "objective.kl-weight=0.1",
                    "objective.kl-reset-steps=9",
                    "model.reference=teacher",
                    "run.directory=out"),
            new Example(
                    "the model under the adapter, which never changes",
                    "objective.kl-weight=0.1",
                    "objective.kl-reset-steps=9",
                    "lora.rank=8",
                    "run.directory=out"),
            new Example("has its own rank", "model.adapter=a", "lora.rank=8"),
            new Example("gradient of an adapter is small", "backend.layerwise-updates=true", "lora.rank=8"),
            new Example("shards cannot be added", "backend.layerwise-updates=true", "training.gradient-shards=2"),
            new Example(
                    "steps of a single pass",
                    "training.method=NEXT_TOKEN",
                    "baseline.flops=1e12",
                    "backend.layerwise-updates=true",
                    "training.tokens-per-step=300",
                    "training.micro-batch-tokens=200"),
            new Example("no other modules can have an adapter", "lora.rank=8", "lora.targets=q_proj, lm_head"),
            new Example("need a join", "corpus.text-fields=problem, solution"),
            new Example("cannot be joined", "corpus.join=SOLUTION_TARGETS_ONLY"),
            new Example("needs rates that were observed", "selection.rule=PASS_RATE_BAND"),
            new Example("No instruction named \"fence\"", "prompt.instruction=fence"),
            new Example(
                    "No instruction named \"few\"",
                    "training.method=SUPERVISED",
                    "traces.from=MODEL",
                    "run.directory=out",
                    "traces.sampling-instruction=few"),
            new Example("two values", "prompt.template-variables=a=1, b=2, a=3"),
            new Example("the prompt itself", "prompt.template-variables=messages=1"),
            new Example("only one marker", "prompt.thought-end=</t>"),
            new Example("no reward has this name", "reward.name=coyn"),
            new Example("only a marker tells where that ends", "reward.name=likelihood", "prompt.thought=UNMARKED"),
            new Example(
                    "imitated need a prediction in a box",
                    "reward.name=information-gain",
                    "training.method=SUPERVISED",
                    "traces.from=MODEL",
                    "run.directory=out"),
            new Example("has keys of its own", "reward.name=likelihood", "reward.options=kind=PROBABILITY"),
            new Example("log-probabilities are below 0", "reward.name=likelihood", "objective.preset=maxrl"),
            new Example(
                    "does not ask for what these tasks ask",
                    "reward.name=information-gain",
                    "tasks.kind=next-sentence"),
            new Example(
                    "an option has two values",
                    "reward.name=math-answer",
                    "reward.options=tolerance=0.1, tolerance=0.1"),
            new Example(
                    "no option \"ignore-case\". It has: tolerance, time-limit",
                    "reward.name=math-answer",
                    "reward.options=ignore-case=true"),
            new Example("no thoughts to learn", "training.method=SUPERVISED"),
            new Example(
                    "no teacher to ask",
                    "training.method=SUPERVISED",
                    "traces.from=TEACHER",
                    "run.directory=runs/warm"),
            new Example("no place to be kept", "training.method=SUPERVISED", "traces.from=MODEL"),
            new Example("needs a budget", "training.method=NEXT_TOKEN"),
            new Example("two budgets", "baseline.compute-of=runs/rpt", "baseline.flops=1e12"),
            new Example(
                    "which a dataset does not hold",
                    "model.directory=m",
                    "corpus.dataset=hard.tasks",
                    "training.method=MIXED_SUPERVISED",
                    "baseline.flops=1e12"),
            new Example(
                    "starts at its first step",
                    "training.method=NEXT_TOKEN",
                    "baseline.flops=1e12",
                    "training.start-step=20"),
            new Example("none is left to train on", "corpus.held-out-share=1"),
            new Example("nothing to evaluate", "evaluation.every-steps=5", "corpus.held-out-share=0"),
            new Example(
                    "no next token to predict",
                    "tasks.kind=answers",
                    "answers.paths=q.jsonl",
                    "reward.name=coin",
                    "evaluation.every-steps=5",
                    "validation.metric=STANDARD_ACCURACY"),
            new Example(
                    "none is of this difficulty",
                    "tasks.kind=answers",
                    "answers.paths=q.jsonl",
                    "reward.name=coin",
                    "evaluation.every-steps=5",
                    "validation.split=HARD"),
            new Example("nowhere to save", "run.save-every-steps=5"),
            new Example("nowhere to save", "validation.keep-best=true"),
            new Example("no run to resume", "run.resume=true"),
            new Example("including the run", "run.directory=runs/a/b", "run.save=runs/x/../a"),
            new Example("including the dataset", "corpus.dataset=out/hard.tasks", "run.save=out"),
            new Example("empty when the run starts", "corpus.dataset=out/hard.tasks", "run.directory=out"));

    static Stream<Arguments> contradictions() {
        return IntStream.range(0, Contradictions.all().size())
                .mapToObj(i -> Arguments.of(Contradictions.all().get(i).keys(), i));
    }

    @ParameterizedTest
    @MethodSource("contradictions")
    void aContradictionIsRejectedWithItsReasonAndTheSourcesOfBothSides(List<?> keys, int index) {
        Contradiction contradiction = Contradictions.all().get(index);
        Example example = EXAMPLES.get(index);
        RunConfigurationBuilder builder = RunConfiguration.builder();
        if (!List.of(example.settings()).contains("model.directory=m")) {
            builder = KeyTest.minimal();
        }
        for (String setting : example.settings()) {
            builder.set(setting.split("=", 2)[0], setting.split("=", 2)[1], "run.yaml:7");
        }

        ConfigurationException error = catchThrowableOfType(ConfigurationException.class, builder::build);

        assertThat(error.problems())
                .singleElement()
                .asString()
                .contains(example.reason())
                .contains(contradiction.keys().stream()
                        .map(key -> key.name() + " ")
                        .toList());
        assertThat(index == 0 || error.getMessage().contains("run.yaml:7")).isTrue();
    }

    @Test
    void everyContradictionHasAnExample() {
        assertThat(EXAMPLES).hasSameSizeAs(Contradictions.all());
    }
}
