package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.backend.jni.PrefixTree.Trunk;
import org.rpt4j.tck.TinyModel;

class PrefixTreeTest {

    @TempDir
    private Path directory;

    @AfterEach
    void clear() {
        System.clearProperty(EngineSettings.INSTRUCTIONS);
    }

    private static int[] prompt(String tokens) {
        return tokens.chars().toArray();
    }

    @Test
    void promptsThatBeginAlikeShareWholePages() {
        PrefixTree tree = new PrefixTree(
                List.of(prompt("abcdefX"), prompt("abcdefY"), prompt("abcd-----"), prompt("abzdef"), prompt("abcdefX")),
                2);
        assertThat(tree.trunks())
                .containsExactly(
                        new Trunk(PrefixTree.NONE, 0, 2, 0, 2), new Trunk(0, 2, 4, 0, 2), new Trunk(1, 4, 6, 0, 3));
        assertThat(IntStream.range(0, 5).map(tree::sharedTokens)).containsExactly(6, 6, 4, 2, 6);
    }

    @Test
    void aPromptKeepsAtLeastOneTokenOfItsOwn() {
        PrefixTree tree = new PrefixTree(List.of(prompt("abcd"), prompt("abcd"), prompt("ab")), 2);
        assertThat(tree.trunks()).containsExactly(new Trunk(PrefixTree.NONE, 0, 2, 0, 2));
        assertThat(tree.sharedTokens(2)).isZero();
    }

    @Test
    void strangersShareNothing() {
        assertThat(new PrefixTree(List.of(prompt("abcdef"), prompt("bbcdef"), prompt("a")), 2).trunks())
                .isEmpty();
    }

    @Test
    @EnabledIf(Library.BUILT)
    void aSharedTrunkChangesNoBit() {
        // Pages of 8 tokens, so that the prompts of a tiny model fill some.
        System.setProperty(EngineSettings.INSTRUCTIONS, "portable");
        int[] document = new Random(5).ints(31, 0, Batches.VOCABULARY).toArray();
        List<Prompt> prompts = new ArrayList<>();
        for (int length : new int[] {20, 9, 26, 17, 8, 12}) {
            prompts.add(new Prompt(length, Arrays.copyOf(document, length)));
        }
        for (int maxSequences : new int[] {256, 4, 1}) {
            try (NativeBackend backend = new NativeBackend(BackendOptions.DEFAULTS.toBuilder()
                    .threads(2)
                    .maxSequences(maxSequences)
                    .build())) {
                Policy policy = backend.openPolicy(TinyModel.LLAMA.write(directory));
                List<RolloutGroup> together = policy.generate(prompts, Batches.SAMPLING);
                for (int i = 0; i < prompts.size(); i++) {
                    RolloutGroup alone = policy.generate(prompts.subList(i, i + 1), Batches.SAMPLING)
                            .get(0);
                    for (int m = 0; m < Batches.SAMPLING.groupSize(); m++) {
                        Rollout expected = alone.rollouts().get(m);
                        Rollout found = together.get(i).rollouts().get(m);
                        assertThat(found.tokens()).isEqualTo(expected.tokens());
                        assertThat(found.logProbs()).isEqualTo(expected.logProbs());
                    }
                }
            }
        }
    }
}
