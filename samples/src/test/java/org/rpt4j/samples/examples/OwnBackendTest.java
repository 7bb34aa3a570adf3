package org.rpt4j.samples.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Precision;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.spi.Backends;

/** What the rules of the contract do not say; they are in {@link OwnBackendContractTest}. */
class OwnBackendTest {

    @TempDir
    private Path folder;

    private ModelSource model;

    @BeforeEach
    void writeModel() {
        TinyCheckpoint.initialize(folder, 6);
        model = ModelSource.directory(folder);
    }

    @Test
    void itIsFoundByNameAndItsRolesAgree() {
        try (Backend backend = Backends.open("own");
                Policy policy = backend.openPolicy(model);
                ProxyScorer scorer = backend.openProxyScorer(model)) {
            SamplingOptions sampling = SamplingOptions.greedy(1).toBuilder()
                    .groupSize(4)
                    .temperature(1)
                    .seed(3)
                    .build();
            TokenBatch batch = TokenBatch.builder(1)
                    .add(policy.generate(List.of(new Prompt(9, new int[] {1, 2})), sampling)
                            .get(0))
                    .build();

            for (int member = 0; member < 4; member++) {
                int[] text = {1, 2, batch.completionTokens()[member]};
                assertThat(policy.logProbs(batch).values()[member])
                        .isEqualTo(scorer.score(List.of(text), ScoringOptions.DEFAULTS)
                                .get(0)
                                .trueLogProb()[2]);
            }
        }
    }

    @Test
    void itRefusesWhatItCannotDo() {
        BackendOptions gpu =
                BackendOptions.DEFAULTS.toBuilder().device(Device.cuda(0)).build();
        BackendOptions half =
                BackendOptions.DEFAULTS.toBuilder().precision(Precision.BF16).build();

        assertThatThrownBy(() -> Backends.open("own", gpu)).isInstanceOf(DeviceUnavailableException.class);
        assertThatThrownBy(() -> Backends.open("own", half)).isInstanceOf(UnsupportedCapabilityException.class);
        try (Backend backend = Backends.open("own")) {
            assertThatThrownBy(() -> backend.openTrainablePolicy(model))
                    .isInstanceOf(UnsupportedCapabilityException.class);
        }
    }

    @Test
    void theProgramSamplesTenTokens() {
        assertThat(Printed.by(() -> OwnBackend.main(new String[] {folder.toString()}))
                        .strip())
                .matches("\\[[0-5](, [0-5]){9}]");
    }
}
