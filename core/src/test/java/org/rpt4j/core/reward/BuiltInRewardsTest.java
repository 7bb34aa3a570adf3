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
import org.rpt4j.api.error.RewardVerifierNotFoundException;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;
import org.rpt4j.spi.RewardVerifiers;

class BuiltInRewardsTest {

    /** A reward on the class path with the name of a built-in one. */
    public static final class AnotherDense implements RewardVerifierProvider {

        @Override
        public String name() {
            return "dense";
        }

        @Override
        public int apiVersion() {
            return API_VERSION;
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new FirstTokenVerifier();
        }
    }

    @Test
    void aNameClaimedByTwoRewardsIsRefused(@TempDir Path directory) throws IOException {
        Path services = Files.createDirectories(directory.resolve("META-INF/services"));
        Files.writeString(services.resolve(RewardVerifierProvider.class.getName()), AnotherDense.class.getName());
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {directory.toUri().toURL()}, before)) {
            thread.setContextClassLoader(loader);
            assertThatThrownBy(() -> RewardVerifiers.discover().provider("dense"))
                    .isInstanceOf(RewardVerifierNotFoundException.class)
                    .hasMessageContaining("\"dense\" is claimed by [")
                    .hasMessageContaining(AnotherDense.class.getName())
                    .hasMessageContaining("Remove all but one");
            assertThat(RewardVerifiers.discover().provider("conditional-dense")).isNotNull();
        } finally {
            thread.setContextClassLoader(before);
        }
        assertThat(RewardVerifiers.discover().provider("dense")).isInstanceOf(BuiltInRewards.Dense.class);
    }
}
