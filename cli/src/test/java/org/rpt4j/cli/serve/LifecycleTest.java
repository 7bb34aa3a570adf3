package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.util.concurrent.GlobalEventExecutor;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.rpt4j.api.error.ConfigurationException;

/** Requests wait, are cancelled and end; the server stops as a whole. */
@Timeout(120)
class LifecycleTest {

    private static final String PATH = "/v1/completions";
    private static final String GOOD = "{\"prompt\": \"a secret\"}";
    private static final String STREAM = "{\"prompt\": \"a secret\", \"stream\": true}";
    private static final Duration LONG = Duration.ofSeconds(60);

    private final ExecutorService clients = Executors.newCachedThreadPool();

    @AfterEach
    void stopClients() {
        clients.shutdownNow();
    }

    private static void until(Callable<Boolean> condition) throws Exception {
        while (!condition.call()) {
            Thread.onSpinWait();
        }
    }

    private static double meter(Running server, String line) throws Exception {
        return server.get("/metrics")
                .body()
                .lines()
                .filter(found -> found.startsWith(line))
                .mapToDouble(found -> Double.parseDouble(found.substring(found.lastIndexOf(' '))))
                .sum();
    }

    @Test
    void aClientThatLeavesItsStreamCancelsIt() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b", "c").waiting();
        try (Running server = new Running(engine)) {
            try (RawClient client = server.connect()) {
                client.send(RawClient.post(PATH, STREAM)).until("\"text\":\"b\"");
            }

            assertThat(ScriptedEngine.await(engine.interrupted)).isTrue();
            until(() -> meter(server, "rpt4j_serve_cancelled_total{reason=\"client_gone\"}") == 1);
        }
    }

    @Test
    void aClientThatLeavesBeforeItsWholeAnswerCancelsIt() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b").waiting();
        try (Running server = new Running(engine)) {
            try (RawClient client = server.connect()) {
                client.send(RawClient.post(PATH, GOOD));
                ScriptedEngine.await(engine.running);
            }

            assertThat(ScriptedEngine.await(engine.interrupted)).isTrue();
        }
    }

    @Test
    void aClientThatLeavesTheQueueIsNotAnswered() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b").waiting();
        try (Running server = new Running(engine)) {
            Future<HttpResponse<String>> first = clients.submit(() -> server.post(PATH, GOOD));
            ScriptedEngine.await(engine.running);
            try (RawClient second = server.connect()) {
                second.send(RawClient.post(PATH, GOOD));
                until(() -> server.get("/health").body().contains("\"waiting\":1"));
            }
            until(() -> server.get("/health").body().contains("\"waiting\":0"));
            engine.go();

            assertThat(first.get().statusCode()).isEqualTo(200);
        }
        assertThat(engine.asked).hasSize(1);
    }

    @Test
    void aClientThatDoesNotReadIsCutOff() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b".repeat(10_000)).endless();
        ServerLimits limits = Running.times(LONG, Duration.ofMillis(300), Duration.ZERO);
        try (Running server = new Running(engine, limits, Optional.empty());
                RawClient client = server.connect()) {
            client.send(RawClient.post(PATH, STREAM));

            until(() -> meter(server, "rpt4j_serve_cancelled_total{reason=\"client_gone\"}") == 1);
            assertThat(server.log()).isEmpty();
        }
    }

    @Test
    void aClientThatDoesNotReadItsWholeAnswerIsCutOff() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b".repeat(30_000_000));
        ServerLimits limits = Running.times(LONG, Duration.ofMillis(300), Duration.ZERO);
        try (Running server = new Running(engine, limits, Optional.empty());
                RawClient client = server.connect()) {
            client.send(RawClient.post(PATH, GOOD));

            String gone = "rpt4j_serve_requests_seconds_count{endpoint=\"completions\",status=\"499\"}";
            until(() -> meter(server, gone) == 1);
            assertThat(server.log()).isEmpty();
        }
    }

    @Test
    void anAnswerThatTakesTooLongIsCancelled() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b", "c").waiting();
        ServerLimits limits = Running.times(Duration.ofMillis(300), LONG, Duration.ZERO);
        try (Running server = new Running(engine, limits, Optional.empty())) {
            HttpResponse<String> whole = server.post(PATH, GOOD);
            HttpResponse<String> stream = server.post(PATH, STREAM);

            assertThat(whole.statusCode()).isEqualTo(504);
            assertThat(whole.body()).contains("\"code\":\"deadline_exceeded\"");
            assertThat(stream.statusCode()).isEqualTo(200);
            assertThat(stream.body())
                    .contains("\"text\":\"b\"")
                    .contains("\"code\":\"deadline_exceeded\"")
                    .doesNotContain("[DONE]");
        }
    }

    @Test
    void aRequestThatWaitsTooLongIsCancelled() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b").waiting();
        ServerLimits limits = Running.times(Duration.ofSeconds(1), LONG, Duration.ZERO);
        try (Running server = new Running(engine, limits, Optional.empty())) {
            List<Future<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                answers.add(clients.submit(() -> server.post(PATH, GOOD)));
            }
            for (Future<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(504);
            }
            assertThat(server.get("/health").body()).contains("\"running\":0,\"waiting\":0");
        }
    }

    @Test
    void aFailureOfTheModelIsToldToTheOperatorAndHiddenFromTheClient() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b").failing(new IllegalStateException("weights are gone"));
        try (Running server = new Running(engine)) {
            HttpResponse<String> answer = server.post(PATH, GOOD);

            assertThat(answer.statusCode()).isEqualTo(500);
            assertThat(answer.body()).doesNotContain("weights are gone");
            assertThat(server.log()).contains("weights are gone").doesNotContain("a secret");
            assertThat(server.post(PATH, GOOD).statusCode()).isEqualTo(500);
        }
    }

    @Test
    void aStopLetsRequestsEnd() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b", "c").waiting();
        Running server = new Running(engine);
        RawClient waiting = server.connect();
        waiting.send("GET /health HTTP/1.1\r\n\r\n").until("}");
        Future<HttpResponse<String>> running = clients.submit(() -> server.post(PATH, STREAM));
        ScriptedEngine.await(engine.running);

        Future<?> stop = clients.submit(server::close);
        until(() -> waiting.send("GET /health HTTP/1.1\r\n\r\n").until("}").contains("\"stopping\""));
        assertThat(waiting.send(RawClient.post(PATH, GOOD)).until("}}")).contains("503 ");
        engine.go();

        assertThat(running.get().body()).endsWith("data: [DONE]\n\n");
        stop.get();
        assertThat(waiting.rest()).isEmpty();
        assertThatThrownBy(server::connect).isInstanceOf(ConnectException.class);
        waiting.close();
    }

    @Test
    void aStopCancelsRequestsAfterAWhile() throws Exception {
        ScriptedEngine engine = ScriptedEngine.saying("b", "c").waiting();
        ServerLimits limits = Running.times(LONG, LONG, Duration.ofMillis(100));
        Running server = new Running(engine, limits, Optional.empty());
        Future<HttpResponse<String>> running = clients.submit(() -> server.post(PATH, GOOD));
        ScriptedEngine.await(engine.running);
        Future<HttpResponse<String>> queued = clients.submit(() -> server.post(PATH, GOOD));
        until(() -> server.get("/health").body().contains("\"waiting\":1"));

        server.close();

        assertThat(running.get().statusCode()).isEqualTo(503);
        assertThat(queued.get().body()).contains("\"code\":\"server_stopping\"");
        assertThat(engine.asked).hasSize(1);
    }

    @Test
    void aServerThatWasClosedLeavesNoThread() throws Exception {
        try (Running server = new Running(ScriptedEngine.saying("b"))) {
            server.post(PATH, STREAM);
            assertThat(threads()).anyMatch(name -> name.startsWith("rpt4j-serve"));
        }

        // Netty reports the end of a thread from that thread, which then has a few instructions left.
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (threads().stream().anyMatch(name -> name.startsWith("rpt4j-serve")) && System.nanoTime() < deadline) {
            Thread.sleep(5);
        }
        assertThat(threads()).noneMatch(name -> name.startsWith("rpt4j-serve"));
        // Netty's own thread for the end of others ends by itself.
        assertThat(GlobalEventExecutor.INSTANCE.awaitInactivity(60, TimeUnit.SECONDS))
                .isTrue();
    }

    @Test
    void aPortThatIsTakenIsRefusedByName() {
        try (Running server = new Running(ScriptedEngine.saying("b"))) {
            InetSocketAddress taken = new InetSocketAddress("127.0.0.1", server.port());
            ServerSettings settings = new ServerSettings(taken, Optional.empty(), Running.LIMITS);

            assertThatThrownBy(() -> TextServer.start(
                            ScriptedEngine.saying("b"), settings, new PrintWriter(Writer.nullWriter())))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + server.port())
                    .hasMessageContaining("--port");
        }
    }

    private static List<String> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(Thread::isAlive)
                .map(Thread::getName)
                .collect(Collectors.toList());
    }

    @Test
    void metersCountWhatHappened() throws Exception {
        ScriptedEngine engine = new ScriptedEngine(Engine.Piece.thought("x"), Engine.Piece.text("b"));
        try (Running server = new Running(engine)) {
            server.post(PATH, GOOD);
            server.post(PATH, "{}");
            server.get("/nothing");

            until(() -> meter(server, "rpt4j_serve_requests_seconds_count{endpoint=\"unknown\",status=\"404\"}") == 1);
            assertThat(meter(server, "rpt4j_serve_requests_seconds_count{endpoint=\"completions\",status=\"200\"}"))
                    .isEqualTo(1);
            assertThat(meter(server, "rpt4j_serve_requests_seconds_count{endpoint=\"completions\",status=\"400\"}"))
                    .isEqualTo(1);
            assertThat(meter(server, "rpt4j_serve_tokens_total{kind=\"thought\"}"))
                    .isEqualTo(1);
            assertThat(meter(server, "rpt4j_serve_tokens_total{kind=\"prompt\"}"))
                    .isEqualTo(5);
            assertThat(meter(server, "rpt4j_serve_queue")).isZero();
        }
    }
}
