package org.rpt4j.core.reward;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.TruthMatch;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifiers;

class VerifierTest {

    /** Tokens are separated by {@code |}. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "\u0020the|\u0020cat|s#\u0020the#HIT#HIT",
                "\u0020the|\u0020cat|s#\u0020the cat#HIT#HIT",
                "\u0020the|\u0020cat|s#\u0020the cats#HIT#HIT",
                "\u0020the|\u0020cat|s#the#NOT_PREFIX#NOT_PREFIX",
                "\u0020the|\u0020cat|s#\u0020the #OFF_BOUNDARY#HIT",
                "\u0020the|\u0020cat|s#\u0020th#OFF_BOUNDARY#OFF_BOUNDARY",
                "\u0020the|\u0020cat|s#\u0020there#NOT_PREFIX#HIT",
                "\u0020the|\u0020cat|s#\u0020the cats!#NOT_PREFIX#HIT",
                "\u0020the|\u0020cat|s#\u0020The#NOT_PREFIX#NOT_PREFIX",
                "\\|{|}#\\#HIT#HIT",
                "{|}#{}#HIT#HIT",
                "}#{#NOT_PREFIX#NOT_PREFIX",
                "\uFFFD|a#\uFFFD#HIT#HIT",
            })
    void judgesByBytes(String truth, String prediction, String prefixMatch, String firstToken) {
        Prediction boxed = new Prediction.Boxed(prediction.getBytes(UTF_8));
        assertVerdict(new PrefixMatchVerifier(), truth(truth), boxed, RewardReason.valueOf(prefixMatch));
        assertVerdict(new FirstTokenVerifier(), truth(truth), boxed, RewardReason.valueOf(firstToken));
    }

    @Test
    void anEmptyBoxIsNeverAHit() {
        Prediction empty = new Prediction.Boxed(new byte[0]);
        assertVerdict(new PrefixMatchVerifier(), truth("a|b"), empty, RewardReason.EMPTY);
        assertVerdict(new FirstTokenVerifier(), truth("a|b"), empty, RewardReason.EMPTY);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "the old| house#the old house#HIT",
                "the old| house#\u0020the  old\\nhouse #HIT",
                "the old| house#the old#OFF_BOUNDARY",
                "the old| house#the old house.#NOT_PREFIX",
                "the old| house#The old house#NOT_PREFIX",
                "the old| house#theold house#NOT_PREFIX",
                "the old| house#\\n#EMPTY",
                "\u00e9t\u00e9#\u00e9t\u00e9#HIT",
                "A#A#HIT",
                "A#a#NOT_PREFIX",
            })
    void aWholeTruthHasNoRightBeginning(String truth, String prediction, String reason) {
        Prediction boxed = new Prediction.Boxed(prediction.replace("\\n", "\n").getBytes(UTF_8));
        PredictionTask task = PredictionTask.builder(1, "d", 1)
                .context(new int[] {0})
                .continuation(0)
                .truth(truth(truth))
                .match(TruthMatch.WHOLE)
                .build();
        RewardReason expected = RewardReason.valueOf(reason);
        assertThat(new PrefixMatchVerifier()
                        .verify(new Attempt(task, Toy.PROMPT, Toy.rollout(FinishReason.STOP_TOKEN), boxed)))
                .isEqualTo(new Verdict.Scored(expected == RewardReason.HIT ? 1 : 0, expected));
    }

    @Test
    void newlinesAreTargetsAsAnyOther() {
        Prediction newline = new Prediction.Boxed(new byte[] {'\n'});
        assertVerdict(new PrefixMatchVerifier(), truth("\n|\n\n"), newline, RewardReason.HIT);
        assertVerdict(new PrefixMatchVerifier(), truth("\n\n|a"), newline, RewardReason.OFF_BOUNDARY);
        Prediction space = new Prediction.Boxed(new byte[] {' '});
        assertVerdict(new PrefixMatchVerifier(), truth("\n|a"), space, RewardReason.NOT_PREFIX);
    }

    @Test
    void aCharacterSplitOverTokensIsJudgedByItsBytes() {
        byte[] llama = "\ud83e\udd99".getBytes(UTF_8);
        GroundTruth split = new GroundTruth(llama, new int[] {2, 3, 4});
        RewardVerifier verifier = new PrefixMatchVerifier();
        assertVerdict(verifier, split, new Prediction.Boxed(Arrays.copyOf(llama, 2)), RewardReason.HIT);
        assertVerdict(verifier, split, new Prediction.Boxed(llama), RewardReason.HIT);
        assertVerdict(verifier, split, new Prediction.Boxed(Arrays.copyOf(llama, 1)), RewardReason.OFF_BOUNDARY);
        byte[] replaced = "\uFFFD".getBytes(UTF_8);
        assertVerdict(verifier, split, new Prediction.Boxed(replaced), RewardReason.NOT_PREFIX);
    }

    @ParameterizedTest
    @EnumSource
    void noPredictionIsNoReward(MissingReason why) {
        Prediction missing = new Prediction.Missing(why);
        RewardReason reason = RewardReason.valueOf(why.name());
        assertVerdict(new PrefixMatchVerifier(), truth("a"), missing, reason);
        assertVerdict(new FirstTokenVerifier(), truth("a"), missing, reason);
    }

    @Test
    void areFoundByName() {
        assertThat(RewardVerifiers.create("prefix-match")).isInstanceOf(PrefixMatchVerifier.class);
        assertThat(RewardVerifiers.create("first-token")).isInstanceOf(FirstTokenVerifier.class);
    }

    private static void assertVerdict(
            RewardVerifier verifier, GroundTruth truth, Prediction prediction, RewardReason reason) {
        PredictionTask task = new PredictionTask(1, "d", 1, new int[] {0}, 0, truth, 1);
        Attempt attempt = new Attempt(task, Toy.PROMPT, Toy.rollout(FinishReason.STOP_TOKEN), prediction);
        assertThat(verifier.verify(attempt)).isEqualTo(new Verdict.Scored(reason == RewardReason.HIT ? 1 : 0, reason));
    }

    private static GroundTruth truth(String tokens) {
        String[] parts = tokens.split("\\|");
        int[] boundaries = new int[parts.length];
        int length = 0;
        for (int i = 0; i < parts.length; i++) {
            length += parts[i].getBytes(UTF_8).length;
            boundaries[i] = length;
        }
        return new GroundTruth(String.join("", parts).getBytes(UTF_8), boundaries);
    }
}
