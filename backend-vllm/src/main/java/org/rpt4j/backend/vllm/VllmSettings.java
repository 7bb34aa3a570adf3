package org.rpt4j.backend.vllm;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.Printable;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.spi.http.Endpoint;
import org.rpt4j.spi.http.RequestSettings;

/**
 * Where the server is and how it is asked. Immutable. It does not print the key.
 *
 * @param url the server, such as {@code http://host:8000}
 * @param model name of the served model; null for the only one
 * @param apiKey sent as a bearer token; null for none
 * @param requests how requests are sent
 */
record VllmSettings(
        URI url, @Nullable String model, @Nullable String apiKey, RequestSettings requests) {

    static final String NO_URL = "no server is named. Set the system property rpt4j.vllm.url or the environment"
            + " variable RPT4J_VLLM_URL, such as http://host:8000";

    private static final String PROPERTIES = "rpt4j.vllm.";
    private static final String VARIABLES = "RPT4J_VLLM_";
    private static final String KEY = VARIABLES + "API_KEY";
    private static final List<String> NAMES = Stream.concat(
                    Stream.of("url", "model"), RequestSettings.ALL.stream().map(Setting::name))
            .toList();

    /** Whether this process names a server. */
    static boolean isConfigured() {
        return value("url", System.getProperties(), System.getenv()) != null;
    }

    /** The settings of this process. */
    static VllmSettings read() {
        return read(System.getProperties(), System.getenv());
    }

    /**
     * Reads the system properties and, where one is missing, the environment. The key is only in the environment.
     *
     * @throws BackendUnavailableException if there is no address of a server, or a setting has no meaning
     */
    static VllmSettings read(Properties properties, Map<String, String> environment) {
        requireKnown(properties, environment);
        @Nullable String url = value("url", properties, environment);
        if (url == null) {
            throw new BackendUnavailableException("Backend \"" + VllmBackend.NAME + "\": " + NO_URL + ".");
        }
        return new VllmSettings(
                parse(url),
                value("model", properties, environment),
                notBlank(environment.get(KEY)),
                requests(properties, environment));
    }

    private static RequestSettings requests(Properties properties, Map<String, String> environment) {
        try {
            return RequestSettings.read(name -> value(name, properties, environment), VllmSettings::names);
        } catch (IllegalArgumentException e) {
            throw new BackendUnavailableException(String.valueOf(e.getMessage()), e);
        }
    }

    /** The client of this server; nothing is sent yet. */
    Endpoint endpoint() {
        return new Endpoint(
                url,
                apiKey,
                requests,
                new Endpoint.Words(
                        "scorer",
                        "scoring",
                        "Check rpt4j.vllm.url, and that vllm serve runs there.",
                        "set the environment variable " + KEY + " to the server's --api-key."),
                VllmSettings::refusal);
    }

    private static RuntimeException refusal(int status, String where, String body) {
        return status == 400 && (body.contains("max_logprobs") || body.contains("prompt logprobs"))
                ? new UnsupportedCapabilityException(where
                        + ". Start the server with a larger --max-logprobs, or lower the top-k or the candidates of"
                        + " the scoring.")
                : Endpoint.Refusals.FAILURES.error(status, where, body);
    }

    /** A setting that nobody reads would look obeyed. Its value is not printed: it may be a key. */
    private static void requireKnown(Properties properties, Map<String, String> environment) {
        List<String> unknown = new ArrayList<>();
        properties.stringPropertyNames().stream()
                .filter(name -> name.startsWith(PROPERTIES) && !NAMES.contains(name.substring(PROPERTIES.length())))
                .forEach(name -> unknown.add("system property " + Printable.line(name)));
        environment.keySet().stream()
                .filter(name -> name.startsWith(VARIABLES)
                        && !name.equals(KEY)
                        && NAMES.stream().noneMatch(known -> variable(known).equals(name)))
                .forEach(name -> unknown.add("environment variable " + Printable.line(name)));
        if (!unknown.isEmpty()) {
            throw new BackendUnavailableException("Backend \"" + VllmBackend.NAME + "\" does not know the "
                    + String.join(", the ", unknown.stream().sorted().toList()) + ". It reads " + PROPERTIES
                    + String.join(", " + PROPERTIES, NAMES) + ", the same as variables such as " + variable("url")
                    + ", and the key from the variable " + KEY + " only.");
        }
    }

    /** Refuses what is no http or https address, and one with a password or a query, without printing either. */
    static URI parse(String text) {
        return Endpoint.address(text).orElseThrow(VllmSettings::refused);
    }

    private static BackendUnavailableException refused() {
        return new BackendUnavailableException("the address of the server (" + names("url")
                + ") is not of the form http://host:8000 or https://host/path, without user, password, query or"
                + " fragment. The key goes into " + KEY + ".");
    }

    /** The names of a setting, for messages. */
    static String names(String name) {
        return PROPERTIES + name + ", " + variable(name);
    }

    private static String variable(String name) {
        return VARIABLES + name.toUpperCase(Locale.ROOT).replace('-', '_');
    }

    private static @Nullable String value(String name, Properties properties, Map<String, String> environment) {
        @Nullable String property = notBlank(properties.getProperty(PROPERTIES + name));
        return property != null ? property : notBlank(environment.get(variable(name)));
    }

    private static @Nullable String notBlank(@Nullable String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }

    @Override
    public String toString() {
        return "VllmSettings[" + url + "]";
    }
}
