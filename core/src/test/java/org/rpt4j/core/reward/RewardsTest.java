package org.rpt4j.core.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.spi.RewardVerifierProvider;

class RewardsTest {

    /** A reward on the class path that took a name of rpt4j's. */
    public static final class AnotherDense implements RewardVerifierProvider {

        @Override
        public String name() {
            return "dense";
        }

        @Override
        public RewardVerifier create() {
            return new FirstTokenVerifier();
        }
    }

    @Test
    void aNameThatTwoRewardsHaveIsRefused(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(RewardVerifierProvider.class.getName()), AnotherDense.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertThatThrownBy(() -> Rewards.named("dense"))
                    .isInstanceOf(BackendNotFoundException.class)
                    .hasMessageContaining("\"dense\"")
                    .hasMessageContaining("Give yours another name");
            assertThat(Rewards.named("conditional-dense")).isNotNull();
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(Rewards.named("dense")).isNotNull();
    }
}
