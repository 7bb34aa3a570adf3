package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.BackendUnavailableException;

class EngineSettingsTest {

    @Test
    void int8IsForTheRolesThatAreNamed() {
        assertThat(EngineSettings.int8(null)).isEmpty();
        assertThat(EngineSettings.int8("scorer")).isEqualTo(Set.of(Role.SCORER));
        assertThat(EngineSettings.int8("policy, scorer")).isEqualTo(Set.of(Role.POLICY, Role.SCORER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "true", "scorer,", "scorer;policy", "trainable policy"})
    void otherRolesAreRefused(String text) {
        assertThatThrownBy(() -> EngineSettings.int8(text))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("rpt4j.native.int8 is \"" + text + "\"")
                .hasMessageContaining("policy, scorer or both")
                .hasMessageContaining("must sample from the weights it trains");
    }
}
