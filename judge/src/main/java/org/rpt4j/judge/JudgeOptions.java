package org.rpt4j.judge;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.setting.Range;
import org.rpt4j.api.setting.Setting;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.spi.http.Endpoint;
import org.rpt4j.spi.http.RequestSettings;

/**
 * Which model judges, and how it is asked. Immutable.
 *
 * @param server address of a server; null if a policy judges
 * @param backend backend of the policy; empty if a server judges
 * @param model name of the served model, or the directory of the policy's
 * @param polling how often and how it is asked
 * @param instruction what it is asked
 * @param requests how requests to a server are sent
 */
record JudgeOptions(
        @Nullable URI server,
        String backend,
        String model,
        Polling polling,
        JudgeInstruction instruction,
        RequestSettings requests) {

    private static final String KEY = "RPT4J_JUDGE_API_KEY";
    private static final String URL = "url";
    private static final String BACKEND = "backend";
    private static final String MODEL = "model";
    private static final String INSTRUCTION = "instruction";
    private static final String TEMPERATURE = "temperature";
    private static final int MOST_INSTRUCTION = 1 << 20;
    private static final Setting<Integer> VOTES =
            Setting.whole("votes", Range.between(1, 99)).or(1);
    private static final Setting<Integer> MAX_TOKENS =
            Setting.whole("max-tokens", Range.between(1, 1 << 16)).in("tokens").or(256);
    private static final double SEVERAL_VOTES = 0.7;
    private static final Pattern NUMBER = Pattern.compile("\\d{1,9}");

    static final List<String> NAMES = Stream.concat(
                    Stream.of(URL, BACKEND, MODEL, VOTES.name(), TEMPERATURE, MAX_TOKENS.name(), INSTRUCTION),
                    RequestSettings.ALL.stream().map(Setting::name))
            .toList();

    /**
     * How often and how a model is asked one question.
     *
     * @param votes answers to a question, of which the majority counts
     * @param temperature of sampling an answer; 0 takes the most likely one
     * @param maxTokens most tokens of an answer
     */
    record Polling(int votes, double temperature, int maxTokens) {}

    /**
     * Reads the options of the reward.
     *
     * @throws IllegalArgumentException if a value is wrong, or values conflict
     */
    static JudgeOptions parse(Map<String, String> given) {
        @Nullable String url = given.get(URL);
        @Nullable String backend = given.get(BACKEND);
        if ((url == null) == (backend == null)) {
            throw new IllegalArgumentException((url == null ? "no judge is named" : "two judges are named")
                    + ". Set the option url to a server with an OpenAI-compatible chat API, such as http://host:8000,"
                    + " or the option backend to run a model here");
        }
        String model = given.getOrDefault(MODEL, "");
        if (model.isBlank()) {
            throw new IllegalArgumentException("the option model is not set. Set it to "
                    + (url == null ? "the directory of the judge's model" : "the name of the served model"));
        }
        int votes = whole(VOTES, given);
        return new JudgeOptions(
                url == null ? null : address(url),
                backend == null ? "" : backend,
                model,
                new Polling(votes, temperature(given, votes), whole(MAX_TOKENS, given)),
                instruction(given),
                RequestSettings.read(given::get, Function.identity()));
    }

    private static URI address(String url) {
        return Endpoint.address(url)
                .orElseThrow(() -> new IllegalArgumentException("the option url is not of the form http://host:8000 or"
                        + " https://host/path, without user, password, query or fragment. The key goes into the"
                        + " environment variable " + KEY));
    }

    private static int whole(Setting<Integer> setting, Map<String, String> given) {
        @Nullable String text = given.get(setting.name());
        if (text == null) {
            return setting.byDefault();
        }
        if (NUMBER.matcher(text).matches() && setting.allows(Integer.valueOf(text))) {
            return Integer.parseInt(text);
        }
        throw new IllegalArgumentException(
                "the option " + setting.name() + " is \"" + text + "\", must be a whole number, " + setting.allowed());
    }

    private static double temperature(Map<String, String> given, int votes) {
        @Nullable String text = given.get(TEMPERATURE);
        double value = votes == 1 ? 0 : SEVERAL_VOTES;
        if (text != null) {
            try {
                value = Double.parseDouble(text);
            } catch (NumberFormatException e) {
                value = Double.NaN;
            }
        }
        if (!(value >= 0 && value <= 2)) {
            throw new IllegalArgumentException(
                    "the option temperature is \"" + text + "\", must be a number, at least 0, at most 2");
        }
        if (value == 0 && votes > 1) {
            throw new IllegalArgumentException("the option temperature is 0, so all " + votes
                    + " votes would be the same. Set it above 0, or votes to 1");
        }
        return value;
    }

    private static JudgeInstruction instruction(Map<String, String> given) {
        @Nullable String file = given.get(INSTRUCTION);
        if (file == null) {
            return JudgeInstruction.MEANS_THE_SAME;
        }
        try {
            return new JudgeInstruction(PlainFiles.readText(Path.of(file), MOST_INSTRUCTION));
        } catch (IOException e) {
            throw new IllegalArgumentException("the file of the option instruction cannot be read: " + e, e);
        }
    }

    /**
     * Opens the judge.
     *
     * @param environment has the key of a server
     */
    Judge open(Map<String, String> environment) {
        if (server == null) {
            return PolicyJudge.open(backend, Path.of(model), polling);
        }
        @Nullable String key = environment.get(KEY);
        Endpoint endpoint = new Endpoint(
                server,
                key == null || key.isBlank() ? null : key.strip(),
                requests,
                new Endpoint.Words(
                        "judge",
                        "judging",
                        "Check the option url of the reward, and that the server runs.",
                        "set the environment variable " + KEY + " to a key of the server."),
                Endpoint.Refusals.FAILURES);
        return new EndpointJudge(endpoint, server.toString(), model, polling, requests.requests());
    }

    /** Does not print an address, which may say where a company's servers are. */
    @Override
    public String toString() {
        return "JudgeOptions[" + model + ", " + polling + "]";
    }
}
