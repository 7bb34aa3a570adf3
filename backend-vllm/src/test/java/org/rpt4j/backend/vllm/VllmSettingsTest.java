package org.rpt4j.backend.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.http.RequestSettings;

class VllmSettingsTest {

    private static Properties properties(String... namesAndValues) {
        Properties properties = new Properties();
        properties.setProperty("rpt4j.vllm.url", "http://host:8000");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            properties.setProperty(namesAndValues[i], namesAndValues[i + 1]);
        }
        return properties;
    }

    private static VllmSettings read(String... namesAndValues) {
        return VllmSettings.read(properties(namesAndValues), Map.of());
    }

    @Test
    void withoutSettingsTheDefaultsOfTheGuideHold() {
        VllmSettings settings = read();
        assertThat(settings.model()).isNull();
        assertThat(settings.apiKey()).isNull();
        assertThat(settings.requests())
                .isEqualTo(new RequestSettings(
                        4,
                        Duration.ofMinutes(10),
                        Duration.ofSeconds(10),
                        6,
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(60)));
    }

    @Test
    void everySettingIsRead() {
        VllmSettings settings = read(
                "rpt4j.vllm.model", "small",
                "rpt4j.vllm.requests", "8",
                "rpt4j.vllm.timeout", "30",
                "rpt4j.vllm.connect-timeout", "3",
                "rpt4j.vllm.retries", "0",
                "rpt4j.vllm.first-wait", " 2 ",
                "rpt4j.vllm.longest-wait", "5");
        assertThat(settings.model()).isEqualTo("small");
        assertThat(settings.requests())
                .isEqualTo(new RequestSettings(
                        8,
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(3),
                        0,
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(5)));
    }

    @Test
    void aPropertyReplacesTheVariable() {
        Map<String, String> environment = Map.of(
                "RPT4J_VLLM_TIMEOUT",
                "7",
                "RPT4J_VLLM_CONNECT_TIMEOUT",
                "8",
                "RPT4J_VLLM_API_KEY",
                "secret",
                "HOME",
                "/");
        VllmSettings settings = VllmSettings.read(properties("rpt4j.vllm.timeout", "9"), environment);
        assertThat(settings.requests().timeout()).isEqualTo(Duration.ofSeconds(9));
        assertThat(settings.requests().connectTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(settings.apiKey()).isEqualTo("secret");
        assertThat(settings.toString()).contains("http://host:8000").doesNotContain("secret");
    }

    @ParameterizedTest
    @CsvSource({
        "requests, 0",
        "requests, 257",
        "timeout, 0",
        "timeout, 86401",
        "timeout, 1.5",
        "timeout, 10m",
        "timeout, 99999999999999",
        "connect-timeout, 0",
        "connect-timeout, -1",
        "retries, -1",
        "retries, 1001",
        "retries, many",
        "first-wait, -1",
        "first-wait, 86401",
        "longest-wait, -1",
        "longest-wait, 86401"
    })
    void aValueOutsideItsRangeIsRefusedWithName(String name, String value) {
        assertThatThrownBy(() -> read("rpt4j.vllm." + name, value))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll(
                        "rpt4j.vllm." + name,
                        "RPT4J_VLLM_" + name.toUpperCase(Locale.ROOT).replace('-', '_'),
                        "\"" + value + "\"",
                        "at least",
                        "at most");
    }

    @Test
    void aNameThatNobodyReadsIsRefusedWithoutItsValue() {
        assertThatThrownBy(() -> read("rpt4j.vllm.timeouts", "5", "rpt4j.vllm.api-key", "hush"))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("rpt4j.vllm.timeouts", "rpt4j.vllm.api-key", "rpt4j.vllm.timeout,")
                .hasMessageContaining("RPT4J_VLLM_API_KEY only")
                .hasMessageNotContaining("hush");
        assertThatThrownBy(() -> VllmSettings.read(properties(), Map.of("RPT4J_VLLM_RETRY", "5")))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("environment variable RPT4J_VLLM_RETRY", "rpt4j.vllm.retries");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "host:8000",
                "ftp://host:8000",
                "http://",
                "http:///v1",
                "http://me:hush@host:8000",
                "http://host:8000?key=hush",
                "http://host:8000#hush",
                "http://ho st",
                "http://host:99999",
                "nonsense"
            })
    void aBadAddressIsRefusedAndNotPrinted(String url) {
        assertThatThrownBy(() -> read("rpt4j.vllm.url", url))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("rpt4j.vllm.url", "RPT4J_VLLM_URL", "http://host:8000")
                .hasMessageNotContaining("hush");
    }

    @ParameterizedTest
    @CsvSource({
        "http://host:8000, http://host:8000",
        "https://host/path/, https://host/path",
        "HTTP://[::1]:80//, HTTP://[::1]:80"
    })
    void anAddressLosesItsLastSlashes(String url, String kept) {
        assertThat(read("rpt4j.vllm.url", url).url()).hasToString(kept);
    }

    @Test
    void withoutAnAddressItSaysHowToNameOne() {
        assertThatThrownBy(() -> VllmSettings.read(new Properties(), Map.of("RPT4J_VLLM_URL", " ")))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("rpt4j.vllm.url", "RPT4J_VLLM_URL");
    }
}
