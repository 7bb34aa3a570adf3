package org.rpt4j.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Verdict;
import org.rpt4j.api.error.BackendNotFoundException;

class RewardVerifiersTest {

    private static final RewardVerifier GENEROUS = attempt -> new Verdict.Scored(1, RewardReason.CUSTOM);

    @TempDir
    Path directory;

    public static class Generous implements RewardVerifierProvider {
        @Override
        public String name() {
            return "generous";
        }

        @Override
        public RewardVerifier create() {
            return GENEROUS;
        }
    }

    public static final class Imitator extends Generous {}

    @Test
    void aRewardIsFoundByName() throws IOException {
        ClassLoader loader = Services.offering(directory, RewardVerifierProvider.class, Generous.class);
        assertThat(Services.withContext(loader, RewardVerifiers::names)).containsExactly("generous");
        assertThat(Services.withContext(loader, () -> RewardVerifiers.create("generous")))
                .isSameAs(GENEROUS);
    }

    @Test
    void unknownAndAmbiguousNamesAreRefused() throws IOException {
        ClassLoader loader = Services.offering(directory, RewardVerifierProvider.class, Generous.class, Imitator.class);
        assertThatThrownBy(() -> RewardVerifiers.create("prefix")).hasMessageContaining("Available: none.");
        assertThatThrownBy(() -> Services.withContext(loader, () -> RewardVerifiers.create("prefix")))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessage("No reward named \"prefix\". Available: generous. Add its jar to the class path.");
        assertThatThrownBy(() -> Services.withContext(loader, () -> RewardVerifiers.create("generous")))
                .isInstanceOf(BackendNotFoundException.class)
                .hasMessageContaining("Reward \"generous\" is claimed by [")
                .hasMessageContaining(Imitator.class.getName());
    }
}
