package org.rpt4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.run.tiny.TinyCheckpoint;

/** The command with a real, if tiny, model. */
class ServeCommandTest {

    private static final Pattern ADDRESS = Pattern.compile("Listening on (http://\\S+/) ");

    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void writeModel() {
        model = TinyCheckpoint.write(folder.resolve("model"));
    }

    private static Cli refused(Object... options) {
        List<Object> arguments = new ArrayList<>(List.of("serve", "--backend.name", "reference"));
        arguments.addAll(List.of("--model.directory", model));
        arguments.addAll(List.of(options));
        return Cli.run(arguments.toArray());
    }

    /** Large weights take minutes to load. These cannot be loaded at all, so the port is what is looked at first. */
    @Test
    void aTakenPortIsNoticedBeforeTheModelIsLoaded() throws IOException {
        Path broken = TinyCheckpoint.write(folder.resolve("broken"));
        Files.writeString(broken.resolve("model.safetensors"), "no weights");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Cli refused = Cli.run(
                    "serve",
                    "--backend.name",
                    "reference",
                    "--model.directory",
                    broken,
                    "--port",
                    taken.getLocalPort());

            assertThat(refused.code()).isNotZero();
            assertThat(refused.err())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort(), "Choose another --port");
        }
    }

    @Test
    @DisabledOnOs(OS.WINDOWS)
    void servesUntilASignalStopsIt() throws Exception {
        Path key = Files.writeString(folder.resolve("key.txt"), "sk-0123456789abcdef\n");
        ChildProcess server = ChildProcess.start(
                folder.resolve("serve.log"),
                "serve",
                "--backend.name",
                "reference",
                "--model.directory",
                model,
                "--instruction",
                instruction(),
                "--max-tokens",
                8,
                "--port",
                0,
                "--api-key-file",
                key);
        // Nothing is stopped yet: 0 is the signal that asks whether a process is there.
        server.signal("0", () -> ADDRESS.matcher(server.output()).find());
        Matcher address = ADDRESS.matcher(server.output());
        assertThat(address.find()).isTrue();
        String url = address.group(1);

        HttpResponse<String> answer = post(
                url + "v1/completions", "{\"prompt\": \"Today is Monday.\", \"max_tokens\": 4, \"temperature\": 0}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body()).contains("\"completion_tokens\":4").contains("\"finish_reason\":\"length\"");
        HttpResponse<String> thinking = post(
                url + "v1/completions",
                "{\"prompt\": \"Today is Monday.\", \"max_tokens\": 2, \"rpt4j\": {\"mode\": \"every_token\","
                        + " \"thought_tokens\": 3}}");
        assertThat(thinking.body()).contains("\"reasoning_tokens\":6").contains("\"reasoning_content\":");

        server.signal("TERM", () -> true);
        assertThat(server.exitCode()).as(server::output).isZero();
        assertThat(server.output())
                .contains("SIGTERM received")
                .contains("Stopped.")
                .doesNotContain("Monday")
                .doesNotContain("sk-0123456789abcdef");
    }

    private static Path instruction() throws IOException {
        return Files.writeString(folder.resolve("next.txt"), "Next: {context}");
    }

    private static HttpResponse<String> post(String url, String json) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(Duration.ofMinutes(2))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer sk-0123456789abcdef")
                .POST(BodyPublishers.ofString(json))
                .build();
        return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }

    @Test
    void anotherAddressThanLoopbackNeedsAKey() {
        Cli refused = refused("--host", "0.0.0.0");

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains("--host 0.0.0.0 lets other machines in", "--allow-anyone");
    }

    @ParameterizedTest
    @CsvSource({
        "--port, 70000, --port is 70000",
        "--queue, -1, --queue is -1",
        "--max-body, 0, --max-body is 0",
        "--client-seconds, 0, --client-seconds is 0",
        "--host, no such host, is not an address or name",
        "--api-key-variable, NO_SUCH_VARIABLE_9, is not set in the environment",
        "--api-key-file, nowhere.txt, --api-key-file cannot be read",
    })
    void aWrongOptionIsRefusedByName(String option, String value, String message) {
        Cli refused = refused(option, value);

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(message);
    }

    @ParameterizedTest
    @CsvSource({"short, at least 16", "sk-0123456789 abcdef, visible ASCII"})
    void aKeyThatIsEasyToGuessOrCannotBeSentIsRefusedWithoutShowingIt(String key, String message) throws IOException {
        Path file = Files.writeString(folder.resolve("bad-key.txt"), key);

        Cli refused = refused("--api-key-file", file);

        assertThat(refused.code()).isEqualTo(2);
        assertThat(refused.err()).contains(message).doesNotContain(key);
    }
}
