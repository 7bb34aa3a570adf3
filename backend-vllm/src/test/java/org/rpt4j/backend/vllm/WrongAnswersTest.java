package org.rpt4j.backend.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.tck.TinyModel;

class WrongAnswersTest {

    private static final int[] TOKENS = {1, 2, 3, 4};
    private static final int CONTEXT = TinyModel.QWEN3.config().describe().contextLength();

    @TempDir
    private Path directory;

    private ModelSource source;
    private StubServer server;
    private VllmProxyScorer scorer;

    @BeforeEach
    void start() {
        source = TinyModel.QWEN3.write(directory);
        server = new StubServer(source.directory(), CONTEXT + 1);
        scorer = VllmProxyScorer.open(source, server.settings());
    }

    @AfterEach
    void stop() {
        scorer.close();
        server.close();
    }

    private List<TokenScores> score() {
        return scorer.score(List.of(TOKENS), ScoringOptions.DEFAULTS);
    }

    private static ScoringOptions candidates(int count) {
        return ScoringOptions.builder().candidates(count).build();
    }

    private void refuses(Class<? extends RptException> type, String... words) {
        assertThatThrownBy(this::score)
                .isInstanceOf(type)
                .hasMessageContainingAll(words)
                .hasMessageContaining(server.settings().url().toString())
                .hasMessageNotContaining("secret-key");
    }

    private void change(Consumer<ArrayNode> positions) {
        server.reply = (exchange, request, answer) -> {
            positions.accept((ArrayNode) answer.path("choices").get(0).path("prompt_logprobs"));
            StubServer.send(exchange, 200, answer.toString());
        };
    }

    private void status(int status, String body) {
        server.reply = (exchange, request, answer) -> StubServer.send(exchange, status, body);
    }

    @Test
    void noServerIsNamed() {
        server.close();
        assertThatThrownBy(() -> VllmProxyScorer.open(source, server.settings()))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContainingAll("3 tries", server.settings().url().toString());
    }

    @Test
    void htmlIsNoAnswer() {
        status(200, "<html>login secret-key</html>");
        refuses(BackendFailureException.class, "JSON", "<html>login ***");
    }

    @Test
    void aBodyThatIsCutIsAskedForAgain() {
        server.reply = (exchange, request, answer) -> {
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.close();
        };
        refuses(BackendFailureException.class, "3 tries");
        assertThat(server.requests).hasValue(3);
    }

    @Test
    void fewerPositionsAreRefused() {
        change(positions -> positions.remove(3));
        refuses(BackendFailureException.class, "3 positions", "4 tokens");
    }

    @Test
    void fewerLogProbsAreRefused() {
        change(positions ->
                ((ObjectNode) positions.get(2)).removeAll().putObject("3").put("logprob", -1));
        refuses(BackendFailureException.class, "gave 1 log-probabilities at position 2", "16");
    }

    @Test
    void anotherVocabularyIsRefused() {
        change(positions -> ((ObjectNode) positions.get(1)).putObject("37").put("logprob", -9));
        refuses(ModelFormatException.class, "\"37\"", "37 ids", directory.toString());
    }

    @Test
    void candidatesAreAskedForBesideTheTopKAndNoMoreThanNeeded() {
        scorer.score(List.of(TOKENS), candidates(3));
        assertThat(server.lastRequest.path("prompt_logprobs").intValue()).isEqualTo(16);

        scorer.score(List.of(TOKENS), candidates(20));
        assertThat(server.lastRequest.path("prompt_logprobs").intValue()).isEqualTo(20);
    }

    @Test
    void moreCandidatesThanTokensAreRefusedBeforeTheServerIsAsked() {
        assertThatThrownBy(() -> scorer.score(List.of(TOKENS), candidates(38)))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContainingAll("candidates is 38", "37");
        assertThat(server.requests).hasValue(0);
    }

    @Test
    void idsWithoutATokenDoNotTakeThePlaceOfCandidatesInSilence() throws IOException {
        String vocabulary =
                IntStream.range(0, 30).mapToObj(id -> "\"p" + id + "\": " + id).collect(Collectors.joining(", "));
        Files.writeString(
                directory.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"model\": {\"type\": \"BPE\", \"vocab\": {" + vocabulary
                        + "}, \"merges\": []}}");
        change(positions -> {
            ObjectNode position = ((ObjectNode) positions.get(1)).removeAll();
            for (int id = 26; id < 36; id++) {
                position.putObject(Integer.toString(id)).put("logprob", -3);
            }
            position.putObject("2").put("logprob", -5);
        });
        try (VllmProxyScorer padded = VllmProxyScorer.open(source, server.settings())) {
            ScoringOptions eight = candidates(8).toBuilder().topK(1).build();
            assertThatThrownBy(() -> padded.score(List.of(TOKENS), eight))
                    .isInstanceOf(BackendFailureException.class)
                    .hasMessageContaining("gave 5 tokens of " + directory + " at position 1, asked were 8 candidates");
        }
    }

    @Test
    void aMissingTrueTokenIsRefused() {
        change(positions -> {
            ObjectNode position = (ObjectNode) positions.get(2);
            position.remove("3");
            for (int id = 20; id < 37; id++) {
                position.putObject(Integer.toString(id)).put("logprob", -20);
            }
        });
        refuses(ModelFormatException.class, "token 3 at position 2");
    }

    @Test
    void nanIsRefused() {
        server.reply = (exchange, request, answer) -> StubServer.send(
                exchange, 200, answer.toString().replaceFirst("\"logprob\":[-0-9.E]+", "\"logprob\":NaN"));
        refuses(NumericalException.class, "NaN", "position 1");
    }

    @Test
    void logitsAreRefused() {
        change(positions -> ((ObjectNode) positions.get(1)).putObject("2").put("logprob", 3.5));
        refuses(BackendFailureException.class, "--logprobs-mode raw_logprobs");
    }

    @Test
    void moreLogProbsThanTheServerGivesAreNotAskedForAgain() {
        status(400, "{\"message\":\"Requested prompt logprobs of 16, which is greater than max_logprobs: 5\"}");
        refuses(UnsupportedCapabilityException.class, "max_logprobs: 5", "--max-logprobs");
        assertThat(server.requests).hasValue(1);
    }

    @Test
    void aWrongKeyIsNotTriedAgain() {
        status(401, "{\"error\":\"Unauthorized\"}");
        refuses(BackendUnavailableException.class, "401", "RPT4J_VLLM_API_KEY");
        assertThat(server.requests).hasValue(1);
    }

    @Test
    void aBodyBeyondTheBoundIsRefused() {
        status(200, " ".repeat(2 << 20));
        refuses(BackendFailureException.class, "larger than");
    }

    @Test
    void anotherModelsAnswerIsRefused() {
        server.reply = (exchange, request, answer) ->
                StubServer.send(exchange, 200, answer.put("model", "big").toString());
        refuses(BackendFailureException.class, "big", StubServer.MODEL);
    }

    @Test
    void aBusyServerIsAskedAgain() {
        List<TokenScores> expected = score();
        int before = server.requests.get();
        server.reply = (exchange, request, answer) -> {
            exchange.getResponseHeaders().add("Retry-After", "0");
            int status = request == before + 1 ? 429 : request == before + 2 ? 503 : 200;
            StubServer.send(exchange, status, answer.toString());
        };
        assertThat(score()).isEqualTo(expected);
    }

    @Test
    void itSaysWhatADefaultOfTheServerCouldChange() {
        score();
        assertThat(server.lastRequest.toString())
                .contains("\"prompt_logprobs\":16", "\"max_tokens\":1", "\"temperature\":0", "\"top_p\":1")
                .contains("\"repetition_penalty\":1", "\"add_special_tokens\":false", "[[1,2,3,4]]");
    }

    @Test
    void requestsInFlightAreBoundedAndScoresComeInOrder() {
        int[] window = new int[CONTEXT];
        List<int[]> many = Collections.nCopies(600, window);
        List<TokenScores> scores = scorer.score(many, ScoringOptions.DEFAULTS);
        assertThat(scores).hasSize(600);
        assertThat(server.requests.get()).isGreaterThan(2);
        assertThat(server.mostRunning.get()).isLessThanOrEqualTo(2);
    }

    @Test
    void aShorterContextOfTheServerCounts() {
        server.maxModelLen = 9;
        try (VllmProxyScorer shorter = VllmProxyScorer.open(source, server.settings())) {
            assertThat(shorter.description().contextLength()).isEqualTo(8);
        }
    }

    @Test
    void anInterruptAndAClosedScorerEndACallThatWaits() throws InterruptedException {
        CountDownLatch asked = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        server.reply = (exchange, request, answer) -> {
            asked.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                exchange.close();
            }
        };
        CompletableFuture<Throwable> interrupted = new CompletableFuture<>();
        Thread caller = new Thread(() -> failure(interrupted));
        caller.start();
        assertTimeoutPreemptively(Duration.ofSeconds(30), () -> {
            while (asked.getCount() == 2) {
                Thread.onSpinWait();
            }
            caller.interrupt();
            assertThat(interrupted.get()).isInstanceOf(OperationCancelledException.class);
            CompletableFuture<Throwable> closed = new CompletableFuture<>();
            new Thread(() -> failure(closed)).start();
            asked.await();
            scorer.close();
            assertThat(closed.get()).isInstanceOf(IllegalStateException.class);
        });
    }

    private void failure(CompletableFuture<Throwable> failure) {
        try {
            score();
            failure.complete(null);
        } catch (RuntimeException e) {
            failure.complete(e);
        }
    }
}
