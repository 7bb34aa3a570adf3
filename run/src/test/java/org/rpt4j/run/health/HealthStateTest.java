package org.rpt4j.run.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CheckpointException;

class HealthStateTest {

    private static final HealthState STATE = new HealthState(Map.of(
            HealthCheck.values()[0], new RuleState(List.of(0.1, 1d / 3), 0.7, List.of(-0.1, -2d / 3), -0.7, true, 2),
            HealthCheck.values()[1], new RuleState(List.of(), 0, List.of(), 0, false, 0)));

    @Test
    void aStateIsReadAsItWasWritten() {
        assertThat(HealthState.parse(STATE.toJson())).isEqualTo(STATE);
        assertThat(HealthState.parse(HealthState.NEW.toJson())).isEqualTo(HealthState.NEW);
    }

    @Test
    void aStateWithoutASecondSignIsReadAsItWas() {
        String older = "{\"rules\":{\"GRADIENT_SPIKE\":{\"recent\":[1],\"level\":2,\"raised\":true,\"quietSteps\":3}}}";
        assertThat(HealthState.parse(older.getBytes(UTF_8)).rules())
                .containsEntry(HealthCheck.GRADIENT_SPIKE, new RuleState(List.of(1.0), 2, List.of(), 0, true, 3));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "{}",
                "[1]",
                "{\"rules\":{\"UNHEARD_OF\":{\"recent\":[],\"level\":0,\"raised\":false,\"quietSteps\":0}}}",
                "{\"rules\":{\"GRADIENT_SPIKE\":{\"recent\":[],\"level\":0,\"raised\":false}}}"
            })
    void aTextThatIsNotAStateIsRejected(String json) {
        assertThatExceptionOfType(CheckpointException.class)
                .isThrownBy(() -> HealthState.parse(json.getBytes(UTF_8)))
                .withMessageContaining("invalid state of the health checks");
    }
}
