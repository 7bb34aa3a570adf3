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
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.run.tiny.TinyCheckpoint;

class RewardOptionsTest {

    /** Where a run of a model without training ends: everything was set up, and every rollout was judged. */
    private static final String NO_BOX = "No rollout of 1 steps held a prediction in a box";

    @TempDir
    private static Path folder;

    private static Path model;
    private static Path corpus;
    private static Path instruction;

    @BeforeAll
    static void writeModelAndCorpus() throws IOException {
        model = TinyCheckpoint.write(folder.resolve("model"));
        corpus = TinyCheckpoint.writeCorpus(folder.resolve("stories.jsonl"), 4);
        instruction = Files.writeString(folder.resolve("next.txt"), "Which token comes next? {context}");
    }

    private static Cli train(String backend, Path save, Object... more) {
        List<Object> arguments = new ArrayList<>(List.of("train", "--backend.name", backend, "--threads", 1));
        arguments.addAll(
                List.of("--model.directory", model, "--files", corpus, "--text-fields", "story", "--save", save));
        arguments.addAll(
                List.of("--positions-per-document", 3, "--max-tokens", 4, "--held-out-share", 0, "--steps", 1));
        arguments.addAll(List.of("--prompts-per-step", 3, "--group-size", 2, "--instruction", instruction));
        arguments.addAll(List.of(more));
        return Cli.run(arguments.toArray());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dense", "conditional-dense"})
    void rewardsThatAskThePolicyWorkWithEveryBackend(String reward) {
        for (String backend : List.of("reference", "djl")) {
            Cli trained = train(backend, folder.resolve(reward + backend), "--reward.name", reward);
            assertThat(trained.err()).contains(NO_BOX);
        }
    }

    @Test
    void theRuleAboutTheEndOfABoxIsTheUsers() {
        assertThat(train("reference", folder.resolve("greedy"), "--box", "GREEDY_LAST_BRACE")
                        .err())
                .contains(NO_BOX);
        assertThat(train("reference", folder.resolve("none"), "--box", "lazy").err())
                .contains("reward.box: \"lazy\" is not one of BALANCED, GREEDY_LAST_BRACE");
    }

    @Test
    void aDeadlineIsPositive() {
        Cli refused = train("reference", folder.resolve("never"), "--deadline", 0);
        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("command line: reward.deadline: 0 is out of range");
    }
}
