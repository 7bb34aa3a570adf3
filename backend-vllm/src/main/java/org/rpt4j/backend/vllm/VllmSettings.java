package org.rpt4j.backend.vllm;

import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendUnavailableException;

/**
 * Where the server is and how it is asked. Immutable. It does not print the key.
 *
 * @param url the server, such as {@code http://host:8000}
 * @param model name of the served model; null for the only one
 * @param apiKey sent as a bearer token; null for none
 * @param inFlight most requests at a time
 * @param timeout for one request with its answer
 * @param retries after the first try of a request
 * @param firstWait before the first retry; it doubles with each
 */
record VllmSettings(
        URI url,
        @Nullable String model,
        @Nullable String apiKey,
        int inFlight,
        Duration timeout,
        int retries,
        Duration firstWait) {

    static final String NO_URL = "no server is named. Set the system property rpt4j.vllm.url or the environment"
            + " variable RPT4J_VLLM_URL, such as http://host:8000";

    private static final int IN_FLIGHT = 4;
    private static final Duration TIMEOUT = Duration.ofMinutes(10);
    private static final int RETRIES = 6;
    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);

    static boolean isConfigured() {
        return value("url") != null;
    }

    /** Reads the system properties and, where one is missing, the environment. The key is only in the environment. */
    static VllmSettings read() {
        String url = value("url");
        if (url == null) {
            throw new BackendUnavailableException("Backend \"" + VllmBackend.NAME + "\": " + NO_URL + ".");
        }
        return new VllmSettings(
                parse(url),
                value("model"),
                notBlank(System.getenv("RPT4J_VLLM_API_KEY")),
                IN_FLIGHT,
                TIMEOUT,
                RETRIES,
                FIRST_WAIT);
    }

    /** Refuses what is no http or https address, and one with a password or a query, without printing either. */
    static URI parse(String text) {
        String trimmed = text.strip().replaceAll("/+$", "");
        try {
            URI url = new URI(trimmed);
            boolean http = "http".equalsIgnoreCase(url.getScheme()) || "https".equalsIgnoreCase(url.getScheme());
            if (http
                    && url.getHost() != null
                    && url.getRawUserInfo() == null
                    && url.getRawQuery() == null
                    && url.getRawFragment() == null) {
                return url;
            }
        } catch (URISyntaxException e) {
            throw refused(); // its message would print the address
        }
        throw refused();
    }

    private static BackendUnavailableException refused() {
        return new BackendUnavailableException(
                "the address of the server (rpt4j.vllm.url, RPT4J_VLLM_URL) is not of the form http://host:8000 or"
                        + " https://host/path, without user, password, query or fragment. The key goes into"
                        + " RPT4J_VLLM_API_KEY.");
    }

    private static @Nullable String value(String name) {
        String property = notBlank(System.getProperty("rpt4j.vllm." + name));
        return property != null ? property : notBlank(System.getenv("RPT4J_VLLM_" + name.toUpperCase(Locale.ROOT)));
    }

    private static @Nullable String notBlank(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    @Override
    public String toString() {
        return "VllmSettings[" + url + "]";
    }
}
