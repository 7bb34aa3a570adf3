package org.rpt4j.core.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.error.StorageException;

class PassRatesTest {

    @TempDir
    private Path folder;

    @Test
    void whatIsSavedIsLoaded() {
        PassRates rates = new PassRates(
                Map.of(Long.MIN_VALUE, new PassRates.Count(8, 3), 7L, new PassRates.Count(1_000_000_000_000L, -0.1)));
        Path file = folder.resolve("pass-rates.json");
        rates.save(file);
        assertThat(PassRates.load(file)).isEqualTo(rates);
        assertThat(file).hasContent("{\"-9223372036854775808\":[8,3.0,3.0],\"7\":[1000000000000,-0.1,0.0]}");
        PassRates.NONE.save(file);
        assertThat(PassRates.load(file)).isEqualTo(PassRates.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "{",
                "{\"x\":[1,1]}",
                "{\"1\":[0,1]}",
                "{\"1\":[1]}",
                "{\"1\":[1.5,1]}",
                "{\"1\":[1,1,1,1]}",
                "{\"1\":[1,1,2]}",
                "{\"1\":[1,1,-0.5]}",
                "{\"1\":[1,1,null]}",
                "{\"1\":3}",
                "{\"1\":[1,\"a\"]}",
                "{\"1\":[1,1]"
            })
    void damageIsAStorageException(String content) throws IOException {
        Path file = folder.resolve("pass-rates.json");
        Files.writeString(file, content);
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> PassRates.load(file))
                .withMessageContaining(file.toString())
                .withMessageContaining("Start without them");
    }

    @Test
    void aFileOfRewardsFromZeroToOneNeedsNoPasses() throws IOException {
        Path file = Files.writeString(folder.resolve("pass-rates.json"), "{\"1\":[8,2]}");
        assertThat(PassRates.load(file).of(1)).hasValue(0.25);
    }

    /** Log-probabilities: the rewards are all negative, and the hits are half of them. */
    @Test
    void theRateOfContinuousRewardsIsThatOfTheirHits() {
        PassRates.Collector collector = new PassRates.Collector(PassRates.NONE);
        collector.add(List.of(
                Groups.withReason(RewardReason.HIT, 1, -0.5, -0.25),
                Groups.withReason(RewardReason.NOT_PREFIX, 1, -2.5, -3)));
        assertThat(collector.snapshot().counts()).isEqualTo(Map.of(1L, new PassRates.Count(4, -6.25, 2)));
        assertThat(collector.snapshot().of(1)).hasValue(0.5);
        collector.add(List.of(Groups.withReason(RewardReason.NOT_PREFIX, 2, -2.5, -3)));
        assertThat(collector.isSettled(2))
                .as("the rewards of the misses differ")
                .isFalse();
    }

    @Test
    void aMissingFileIsAStorageException() {
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> PassRates.load(folder.resolve("none.json")))
                .withMessageContaining("none.json");
    }

    @Test
    void abstentionsAreNotMisses() {
        PassRates.Collector collector = new PassRates.Collector(PassRates.NONE);
        collector.add(List.of(Groups.of(1, 1, Groups.ABSTAIN, 0), Groups.of(2, Groups.ABSTAIN, Groups.ABSTAIN)));
        assertThat(collector.snapshot().counts()).isEqualTo(Map.of(1L, new PassRates.Count(2, 1)));
    }
}
