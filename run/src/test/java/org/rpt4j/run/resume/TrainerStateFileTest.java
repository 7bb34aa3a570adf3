package org.rpt4j.run.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.MissingReason;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.rollout.GradedRollout;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainerState;

class TrainerStateFileTest {

    private static final GradedGroup GROUP = new GradedGroup(
            new PredictionTask(
                    Long.MIN_VALUE,
                    "a \"document\" \u00e9",
                    7,
                    new int[] {1, 2},
                    3,
                    new GroundTruth(new byte[] {-1, 0, 65}, new int[] {2, 3}),
                    Double.NaN),
            new Prompt(Long.MAX_VALUE, new int[] {9}),
            List.of(
                    new GradedRollout(
                            new Rollout(0, new int[] {4, 5}, new double[] {-0.1, -1e-300}, FinishReason.LENGTH, -2),
                            new Prediction.Missing(MissingReason.TRUNCATED),
                            new Verdict.Abstained("too slow")),
                    new GradedRollout(
                            new Rollout(
                                    1,
                                    new int[] {6},
                                    new double[] {Double.NEGATIVE_INFINITY},
                                    FinishReason.STOP_TOKEN,
                                    -1),
                            new Prediction.Boxed(new byte[] {(byte) 0xff}),
                            new Verdict.Scored(1d / 3, RewardReason.of("unit-mismatch")))));

    private static final TrainerState STATE = new TrainerState(
            12,
            10,
            1,
            2,
            512,
            new TrainerState.SupplyState(
                    new PassRates(Map.of(-5L, new PassRates.Count(8, 0.1 + 0.2))), List.of(GROUP), 3),
            new TrainerState.ValidationState(9, 0.1, 1, true));

    @TempDir
    private Path folder;

    @Test
    void everythingIsReadAsItWasWritten() throws IOException {
        TrainerStateFile.write(folder, STATE);
        TrainerState read = TrainerStateFile.read(folder);
        assertThat(read)
                .usingRecursiveComparison()
                .withEqualsForType((a, b) -> Double.doubleToLongBits(a) == Double.doubleToLongBits(b), Double.class)
                .isEqualTo(STATE);
        assertThat(read.supply().carried().get(0).rollouts().get(0).rollout().logProbs())
                .containsExactly(-0.1, -1e-300);
        assertThat(read.supply().passRates().counts().get(-5L).rewardSum()).isEqualTo(0.1 + 0.2);
    }

    @Test
    void aStateWithoutABestIsReadAsItWasWritten() throws IOException {
        TrainerStateFile.write(folder, TrainerState.at(4));
        assertThat(TrainerStateFile.read(folder)).isEqualTo(TrainerState.at(4));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"nextStep\":12   | \"nextStep\":-1         | \"nextStep\" is -1",
                "\"nextStep\":12   | \"nextStep\":1.5        | \"nextStep\" is 1.5",
                "\"updates\":10    | \"updates\":1e30        | \"updates\" is",
                "\"starvedSteps\":3| \"starvedSteps\":5000000000 | \"starvedSteps\" is 5000000000",
                "\"best\":0.1      | \"best\":\"high\"       | \"validation.best\" is",
                "\"carried\":      | \"carried\":5,\"other\":| \"carried\" is 5, expected a list",
                "LENGTH            | ENDLESS                 | ENDLESS",
                "\"boundaries\":[2,3] | \"boundaries\":[2,9] | 9",
                "\"rollouts\":[    | \"rollouts\":[],\"x\":[ | \"carried[0].rollouts\" is []",
                "\"document\":     | \"paper\":              | \"carried[0].task.document\" is missing"
            })
    void whatIsNoStateIsRefusedWithItsFault(String found, String replacement, String message) throws IOException {
        TrainerStateFile.write(folder, STATE);
        Path file = folder.resolve(TrainerStateFile.STATE);
        String json = Files.readString(file);
        assertThat(json).contains(found);
        Files.writeString(file, json.replaceFirst(Pattern.quote(found), replacement));
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> TrainerStateFile.read(folder))
                .withMessageContaining("trainer.json")
                .withMessageContaining(message);
    }
}
