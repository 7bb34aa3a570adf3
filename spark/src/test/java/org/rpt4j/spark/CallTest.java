package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.ThoughtMarkers;

class CallTest {

    private static final BackendOptions OPTIONS = BackendOptions.builder()
            .device(Device.cuda(3))
            .precision(Precision.BF16)
            .threads(5)
            .recomputeActivations(true)
            .maxSequences(7)
            .frozenWeights(FrozenWeights.INT8)
            .moments(Precision.BF16)
            .layerwiseUpdates(true)
            .build();

    private static final RemoteModel MODEL = new RemoteModel(
            "owner",
            ExecutorRole.TRAINED,
            "native",
            OPTIONS,
            List.of(new ModelFile(false, "config.json", "ab", 3), new ModelFile(true, "ä.bin", "cd", 1L << 40)),
            Optional.of("model.gguf"),
            Set.of("x", "y"),
            "/shared");

    private static Call call(Operation operation) {
        return new Call(11, Set.of("owner", "other"), 60, MODEL, operation);
    }

    @Test
    void arrivesAsItWasSent() {
        SamplingOptions sampling = SamplingOptions.builder()
                .groupSize(3)
                .temperature(0.1)
                .maxTokens(9)
                .stopTokens(Set.of(4, 8))
                .seed(Long.MIN_VALUE)
                .step(-2)
                .build();
        StopRecipe box =
                new StopRecipe.ClosedBox(new ThoughtFormat(ThoughtRule.UNMARKED, ThoughtMarkers.KNOWN.get(1)), "hash");
        List<Operation> operations = List.of(
                new Operation.Generate(sampling, new StopRecipe.Never()),
                new Operation.Generate(sampling, box),
                new Operation.Generate(sampling, new StopRecipe.EndOfThought("</t>", "hash")),
                new Operation.LogProbs(0.3),
                new Operation.Score(ScoringOptions.builder()
                        .topK(2)
                        .renormalise(false)
                        .candidates(4)
                        .build()),
                new Operation.Forward(),
                new Operation.Gradients(),
                new Operation.Identify());
        for (Operation operation : operations) {
            assertThat(Call.read(call(operation).bytes())).isEqualTo(call(operation));
        }
    }

    @Test
    void refusesAnotherVersionOfTheProtocol() {
        byte[] bytes = call(new Operation.Identify()).bytes();
        bytes[3]++;
        assertThatThrownBy(() -> Call.read(bytes))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("the same version of rpt4j");
    }
}
