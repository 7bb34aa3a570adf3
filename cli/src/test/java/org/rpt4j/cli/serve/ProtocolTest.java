package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a request is refused with its status, and the server goes on. */
class ProtocolTest {

    private static final String GOOD = "{\"prompt\": \"a\"}";
    private static final String PATH = "/v1/completions";

    private static Running server;

    @BeforeAll
    static void start() {
        server = new Running(ScriptedEngine.saying("b", "c"));
    }

    @AfterAll
    static void stillAnswersAndStop() throws Exception {
        assertThat(server.post(PATH, GOOD).statusCode()).isEqualTo(200);
        assertThat(server.log()).isEmpty();
        server.close();
    }

    private static String error(String answer, int status) {
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer).contains("{\"error\":{\"message\":").contains("\"code\":");
        return answer;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "garbage\r\n\r\n",
                "GET\r\n\r\n",
                "\u0000\u0001\u0002\r\n\r\n",
                "GET / HTTP/9.x\r\n\r\n",
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\na",
                "GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
            })
    void whatIsNotHttpIsABadRequestAndEndsTheConnection(String request) throws Exception {
        try (RawClient client = server.connect()) {
            error(client.send(request).rest(), 400);
        }
    }

    @Test
    void aBadChunkIsABadRequest() throws Exception {
        try (RawClient client = server.connect()) {
            String header = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n";
            error(client.send(header + "zz\r\n" + GOOD + "\r\n").rest(), 400);
        }
    }

    @Test
    void aChunkedRequestIsAnswered() throws Exception {
        try (RawClient client = server.connect()) {
            String header = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n";
            String chunk = Integer.toHexString(GOOD.length()) + "\r\n" + GOOD + "\r\n0\r\n\r\n";
            assertThat(client.send(header + chunk).until("\"reasoning_tokens\":0}}}"))
                    .contains("\"text\":\"bc\"");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/completions, 405",
        "DELETE, /v1/models, 405",
        "POST, /health, 405",
        "OPTIONS, /v1/chat/completions, 405",
        "GET, /nothing, 404",
        "GET, /v1/models/../../etc/passwd, 404",
        "GET, /../../etc/passwd, 404",
        "GET, /..%2f..%2fetc%2fpasswd, 404",
        "GET, /%zz, 404",
        "GET, /page.html, 404",
        "GET, http://localhost/etc/passwd, 404",
        "BREW, /, 405",
    })
    void anotherMethodOrPathIsRefused(String method, String path, int status) throws Exception {
        try (RawClient client = server.connect()) {
            String request = method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            assertThat(error(client.send(request).rest(), status)).doesNotContain("root:");
        }
    }

    @Test
    void aLongFirstLineIsRefused() throws Exception {
        try (RawClient client = server.connect()) {
            error(client.send("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n").rest(), 414);
        }
    }

    @Test
    void aLargeHeaderIsRefused() throws Exception {
        try (RawClient client = server.connect()) {
            String header = "X-Long: " + "a".repeat(3000) + "\r\n\r\n";
            error(client.send("GET / HTTP/1.1\r\nHost: localhost\r\n" + header).rest(), 431);
        }
    }

    @Test
    void aBodyThatIsAnnouncedTooLargeIsRefusedBeforeItIsSent() throws Exception {
        try (RawClient client = server.connect()) {
            String header = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Expect: 100-continue\r\nContent-Length: 5000\r\n\r\n";
            error(client.send(header).rest(), 413);
        }
    }

    @Test
    void aBodyThatGrowsTooLargeIsRefused() throws Exception {
        try (RawClient client = server.connect()) {
            client.send("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 5; i++) {
                client.send("400\r\n" + " ".repeat(1024) + "\r\n");
            }
            error(client.rest(), 413);
        }
    }

    @Test
    void aClientThatAsksBeforeItSendsIsToldToGoOn() throws Exception {
        try (RawClient client = server.connect()) {
            String header = "POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Expect: 100-continue\r\nContent-Length: " + GOOD.length() + "\r\n\r\n";
            assertThat(client.send(header).until("\r\n\r\n")).startsWith("HTTP/1.1 100 ");
            assertThat(client.send(GOOD).until("}}}")).contains("\"text\":\"bc\"");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "[]",
                "null",
                "{\"prompt\": \"a\"} x",
                "{\"prompt\": \"a\", \"prompt\": \"b\"}",
                "{\"prompt\": \"a\", \"temperature\": 1e999999999999999999999999999999999999999999999999999999999999999999}",
            })
    void whatIsNotAJsonObjectIsRefused(String body) throws Exception {
        HttpResponse<String> answer = server.post(PATH, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("\"type\":\"invalid_request_error\"");
    }

    @Test
    void deeplyNestedJsonIsRefused() throws Exception {
        HttpResponse<String> answer = server.post(PATH, "{\"a\":".repeat(600) + "1" + "}".repeat(600));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(server.post(PATH, "[".repeat(2000) + "]".repeat(2000)).statusCode())
                .isEqualTo(400);
    }

    @Test
    void twoRequestsOnOneConnectionAreAnswered() throws Exception {
        try (RawClient client = server.connect()) {
            assertThat(client.send(RawClient.post(PATH, GOOD)).until("}}}")).contains("200 OK");
            assertThat(client.send(RawClient.post(PATH, GOOD)).until("}}}")).contains("200 OK");
        }
    }

    @Test
    void garbageAfterARequestEndsTheConnectionAfterItsAnswer() throws Exception {
        try (RawClient client = server.connect()) {
            String answers = client.send(RawClient.post(PATH, GOOD) + "\u0001\u0002garbage\r\n\r\n")
                    .rest();

            assertThat(answers).contains("200 OK").contains("\"text\":\"bc\"");
        }
    }

    @Test
    void aClientOfHttp10GetsItsStreamWithoutChunks() throws Exception {
        try (RawClient client = server.connect()) {
            String body = "{\"prompt\": \"a\", \"stream\": true}";
            String request = "POST " + PATH + " HTTP/1.0\r\nContent-Type: application/json\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body;

            assertThat(client.send(request).rest()).doesNotContain("chunked").endsWith("data: [DONE]\n\n");
        }
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        try (RawClient client = server.connect()) {
            String answer = client.send("HEAD /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                    .rest();

            assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
        }
    }

    @Test
    void theWholeBodyOfARefusedRequestIsReadSoThatTheConnectionGoesOn() throws Exception {
        try (RawClient client = server.connect()) {
            String refused = RawClient.post("/nothing", " ".repeat(4000));

            assertThat(client.send(refused).until("}}")).contains(" 404 ");
            assertThat(client.send(RawClient.post(PATH, GOOD)).until("}}}")).contains("200 OK");
        }
    }

    @Test
    void aBodyThatIsNotJsonIsRefused() throws Exception {
        HttpRequest.Builder form = HttpRequest.newBuilder(URI.create(server.url(PATH)))
                .header("Content-Type", "text/plain")
                .POST(HttpRequest.BodyPublishers.ofString(GOOD));

        assertThat(server.send(form).statusCode()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource({"evil.example, ''", "localhost, http://evil.example", "localhost, null"})
    void pagesOfOtherSitesAreKeptOut(String host, String origin) throws Exception {
        try (RawClient client = server.connect()) {
            String request = "GET /v1/models HTTP/1.1\r\nConnection: close\r\nHost: " + host + "\r\n"
                    + (origin.isEmpty() ? "" : "Origin: " + origin + "\r\n") + "\r\n";
            error(client.send(request).rest(), 403);
        }
    }

    @Test
    void theServersOwnPageIsLetIn() throws Exception {
        HttpResponse<String> page = server.get("/");
        HttpRequest.Builder own =
                HttpRequest.newBuilder(URI.create(server.url("/v1/models"))).header("Origin", server.url(""));

        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(server.send(own).statusCode()).isEqualTo(200);
    }

    @Test
    void aClientThatSendsItsHeaderSlowlyIsCutOff() throws Exception {
        ServerLimits limits = Running.times(Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ZERO);
        try (Running impatient = new Running(ScriptedEngine.saying("b"), limits, Optional.empty());
                RawClient client = impatient.connect()) {
            assertThat(client.send("GET / HTTP/1.1\r\nHost: loc").rest()).isEmpty();
        }
    }

    @Test
    void aClientThatSendsItsBodySlowlyIsToldSo() throws Exception {
        ServerLimits limits = Running.times(Duration.ofSeconds(60), Duration.ofMillis(300), Duration.ZERO);
        try (Running impatient = new Running(ScriptedEngine.saying("b"), limits, Optional.empty());
                RawClient client = impatient.connect()) {
            String request = RawClient.post(PATH, GOOD);
            error(client.send(request.substring(0, request.length() - 3)).rest(), 408);
        }
    }

    @Test
    void aConnectionOverTheLimitIsRefused() throws Exception {
        ServerLimits limits = new ServerLimits(4096, 2048, 1, 100, 64, 2, Running.LIMITS.times());
        try (Running small = new Running(ScriptedEngine.saying("b"), limits, Optional.empty());
                RawClient first = small.connect()) {
            first.send("GET /health HTTP/1.1\r\n\r\n").until("}");
            try (RawClient second = small.connect()) {
                error(second.rest(), 503);
            }
        }
    }

    @Test
    void withAKeyOnlyTheHealthAndThePageAreOpen() throws Exception {
        try (Running closed = Running.withKey(ScriptedEngine.saying("b"))) {
            assertThat(closed.get("/health").statusCode()).isEqualTo(200);
            assertThat(closed.get("/").statusCode()).isEqualTo(200);
            assertThat(closed.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(closed.get("/v1/models").statusCode()).isEqualTo(401);
            assertThat(closed.post(PATH, GOOD).statusCode()).isEqualTo(401);
            HttpRequest.Builder known = HttpRequest.newBuilder(URI.create(closed.url("/metrics")))
                    .header("Authorization", "Bearer " + Running.KEY);
            assertThat(closed.send(known).statusCode()).isEqualTo(200);
        }
    }
}
