package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.tck.TinyModel;

/** A checkpoint with damaged bytes causes a typed error or is used as it is; it never ends the JVM. */
@EnabledIf(Library.BUILT)
class CorruptCheckpointTest {

    private static final int ROUNDS = 150;

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"config.json", "model.safetensors"})
    void damageIsRefusedOrHarmless(String name) throws IOException {
        Path file = TinyModel.QWEN3.write(directory).directory().resolve(name);
        byte[] intact = Files.readAllBytes(file);
        Random random = new Random(7);
        int refused = 0;
        try (NativeBackend backend =
                new NativeBackend(BackendOptions.DEFAULTS.toBuilder().threads(1).build())) {
            for (int round = 0; round < ROUNDS; round++) {
                Files.write(file, damaged(intact, random));
                try (ProxyScorer scorer = backend.openProxyScorer(ModelSource.directory(directory))) {
                    assertThat(scorer.score(List.of(new int[] {0, 0, 0}), ScoringOptions.DEFAULTS))
                            .hasSize(1);
                } catch (ModelFormatException | BackendFailureException e) {
                    assertThat(e).hasMessageMatching("(?s).+");
                    refused++;
                }
                assertThat(backend.usedBytes()).isZero();
            }
        }
        assertThat(refused).isGreaterThan(ROUNDS / 10);
    }

    private static byte[] damaged(byte[] intact, Random random) {
        if (random.nextInt(4) == 0) {
            return Arrays.copyOf(intact, random.nextInt(intact.length));
        }
        byte[] bytes = intact.clone();
        for (int i = 0; i <= random.nextInt(4); i++) {
            // Most of a safetensors file is weights, where any bytes are valid; only the header can be wrong.
            bytes[random.nextInt(Math.min(bytes.length, 2000))] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
