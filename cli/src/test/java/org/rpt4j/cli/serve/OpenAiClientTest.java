package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.errors.BadRequestException;
import com.openai.errors.NotFoundException;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rpt4j.cli.serve.Engine.Piece;
import org.rpt4j.cli.serve.Engine.TokenLogProb;
import org.rpt4j.core.prompt.ChatMessage;

/** OpenAI's own client understands this server. */
class OpenAiClientTest {

    private static final CompletionCreateParams COMPLETION = CompletionCreateParams.builder()
            .model(ScriptedEngine.MODEL)
            .prompt("One, two,")
            .maxTokens(8)
            .build();

    private static final ChatCompletionCreateParams CHAT = ChatCompletionCreateParams.builder()
            .model(ScriptedEngine.MODEL)
            .addSystemMessage("Count.")
            .addUserMessage("One, two,")
            .maxCompletionTokens(8)
            .build();

    private static OpenAIClient client(Running server) {
        return client(server, Running.KEY);
    }

    private static OpenAIClient client(Running server, String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(server.url("/v1"))
                .apiKey(key)
                .maxRetries(0)
                .build();
    }

    private static Piece piece(String text, double logProb) {
        List<TokenLogProb> other = List.of(new TokenLogProb(List.of((int) 'x'), -3.5, List.of()));
        List<Integer> bytes = text.chars().boxed().toList();
        return new Piece(false, text, List.of(new TokenLogProb(bytes, logProb, other)), Optional.empty());
    }

    @Test
    void completesAText() {
        ScriptedEngine engine = ScriptedEngine.saying(" three", ",", " four");
        try (Running server = new Running(engine)) {
            Completion answer = client(server).completions().create(COMPLETION);

            assertThat(answer.choices().get(0).text()).isEqualTo(" three, four");
            assertThat(answer.choices().get(0).finishReason().toString()).isEqualTo("stop");
            assertThat(answer.usage().orElseThrow().promptTokens()).isEqualTo(5);
            assertThat(answer.usage().orElseThrow().totalTokens()).isEqualTo(8);
            assertThat(engine.asked.remove().input()).isEqualTo(new TextRequest.Text("One, two,"));
        }
    }

    @Test
    void streamsAText() {
        try (Running server = new Running(ScriptedEngine.saying(" three", ",", " four"));
                StreamResponse<Completion> answer = client(server).completions().createStreaming(COMPLETION)) {
            assertThat(answer.stream()
                            .map(chunk -> chunk.choices().get(0).text())
                            .toList())
                    .containsExactly(" three", ",", " four", "");
        }
    }

    @Test
    void reportsLogProbabilitiesOfAText() {
        CompletionCreateParams params = COMPLETION.toBuilder().logprobs(1).build();
        try (Running server = new Running(new ScriptedEngine(piece(" three", -0.5), piece("!", -1.25)))) {
            Completion answer = client(server).completions().create(params);

            var logProbs = answer.choices().get(0).logprobs().orElseThrow();
            assertThat(logProbs.tokens().orElseThrow()).containsExactly(" three", "!");
            assertThat(logProbs.tokenLogprobs().orElseThrow()).containsExactly(-0.5, -1.25);
            assertThat(logProbs.textOffset().orElseThrow()).containsExactly(0L, 6L);
            assertThat(logProbs.topLogprobs().orElseThrow().get(0)._additionalProperties())
                    .isEqualTo(Map.of("x", JsonValue.from(-3.5)));
        }
    }

    @Test
    void answersAChatWithItsThoughtApart() {
        ScriptedEngine engine = new ScriptedEngine(Piece.thought("They count."), Piece.text("three"));
        try (Running server = new Running(engine)) {
            ChatCompletion answer = client(server).chat().completions().create(CHAT);

            var message = answer.choices().get(0).message();
            assertThat(message.content()).contains("three");
            assertThat(message._additionalProperties().get("reasoning_content"))
                    .isEqualTo(JsonValue.from("They count."));
            var usage = answer.usage().orElseThrow();
            assertThat(usage.completionTokens()).isEqualTo(2);
            assertThat(usage.completionTokensDetails().orElseThrow().reasoningTokens())
                    .contains(1L);
            assertThat(engine.asked.remove().input())
                    .isEqualTo(new TextRequest.Chat(
                            List.of(new ChatMessage("system", "Count."), new ChatMessage("user", "One, two,"))));
        }
    }

    @Test
    void streamsAChatWithItsThoughtAndItsUsage() {
        ChatCompletionCreateParams params = CHAT.toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        ScriptedEngine engine = new ScriptedEngine(
                Piece.thought("They "), Piece.thought("count."), Piece.text("thr"), Piece.text("ee"));
        try (Running server = new Running(engine);
                StreamResponse<ChatCompletionChunk> answer =
                        client(server).chat().completions().createStreaming(params)) {
            List<ChatCompletionChunk> chunks = answer.stream().toList();

            StringBuilder text = new StringBuilder();
            StringBuilder thought = new StringBuilder();
            for (ChatCompletionChunk chunk : chunks) {
                chunk.choices().forEach(choice -> {
                    choice.delta().content().ifPresent(text::append);
                    Optional.ofNullable(choice.delta()._additionalProperties().get("reasoning_content"))
                            .ifPresent(part -> thought.append(part.asStringOrThrow()));
                });
            }
            assertThat(text).hasToString("three");
            assertThat(thought).hasToString("They count.");
            ChatCompletionChunk last = chunks.get(chunks.size() - 1);
            assertThat(last.choices()).isEmpty();
            assertThat(last.usage().orElseThrow().totalTokens()).isEqualTo(9);
        }
    }

    @Test
    void reportsLogProbabilitiesOfAChat() {
        ChatCompletionCreateParams params =
                CHAT.toBuilder().logprobs(true).topLogprobs(1).build();
        try (Running server = new Running(new ScriptedEngine(piece("three", -0.5)))) {
            ChatCompletion answer = client(server).chat().completions().create(params);

            var token = answer.choices()
                    .get(0)
                    .logprobs()
                    .orElseThrow()
                    .content()
                    .orElseThrow()
                    .get(0);
            assertThat(token.token()).isEqualTo("three");
            assertThat(token.logprob()).isEqualTo(-0.5);
            assertThat(token.topLogprobs().get(0).token()).isEqualTo("x");
        }
    }

    @Test
    void theModesAreFieldsOfTheRequest() throws InterruptedException {
        ScriptedEngine engine = ScriptedEngine.saying("x");
        CompletionCreateParams params = COMPLETION.toBuilder()
                .putAdditionalBodyProperty(
                        "rpt4j", JsonValue.from(Map.of("mode", "hybrid", "threshold", 0.75, "thought_tokens", 12)))
                .build();
        try (Running server = new Running(engine)) {
            client(server).completions().create(params);

            assertThat(engine.asked.take().thinking())
                    .isEqualTo(new TextRequest.Thinking(TextRequest.Mode.HYBRID, 0.75, 12));
        }
    }

    @Test
    void listsItsModel() {
        try (Running server = new Running(ScriptedEngine.saying("x"))) {
            assertThat(client(server).models().list().data())
                    .singleElement()
                    .satisfies(model -> assertThat(model.id()).isEqualTo(ScriptedEngine.MODEL));
            assertThat(client(server).models().retrieve(ScriptedEngine.MODEL).ownedBy())
                    .isEqualTo("rpt4j");
            assertThatThrownBy(() -> client(server).models().retrieve("other")).isInstanceOf(NotFoundException.class);
        }
    }

    @Test
    void aWrongRequestIsAnErrorOfItsType() {
        try (Running server = new Running(ScriptedEngine.saying("x"))) {
            assertThatThrownBy(() -> client(server)
                            .completions()
                            .create(COMPLETION.toBuilder().n(3).build()))
                    .isInstanceOfSatisfying(
                            BadRequestException.class,
                            error -> assertThat(error.param()).contains("n"));
            assertThatThrownBy(() -> client(server)
                            .completions()
                            .create(COMPLETION.toBuilder().model("gpt-4").build()))
                    .isInstanceOfSatisfying(
                            NotFoundException.class,
                            error -> assertThat(error.code()).contains("model_not_found"));
        }
    }

    @Test
    void aWrongKeyIsUnauthorized() {
        try (Running server = Running.withKey(ScriptedEngine.saying("x"))) {
            assertThatThrownBy(() -> client(server, "sk-wrong").completions().create(COMPLETION))
                    .isInstanceOf(UnauthorizedException.class)
                    .hasMessageNotContaining(Running.KEY);
            assertThat(client(server).completions().create(COMPLETION).choices())
                    .hasSize(1);
        }
    }

    @Test
    void aFullQueueIsALimitWithATimeToTryAgain() throws InterruptedException {
        ScriptedEngine engine = ScriptedEngine.saying("x").waiting();
        try (Running server = new Running(engine)) {
            OpenAIClient client = client(server);
            List<Thread> clients = List.of(new Thread(() -> client.completions().create(COMPLETION)));
            clients.forEach(Thread::start);
            ScriptedEngine.await(engine.running);
            List<Thread> more = List.of(
                    new Thread(() -> client.completions().create(COMPLETION)),
                    new Thread(() -> client.completions().create(COMPLETION)));
            more.forEach(Thread::start);
            while (!client.models().list().data().isEmpty() && !new String(health(server)).contains("\"waiting\":2")) {
                Thread.onSpinWait();
            }

            assertThatThrownBy(() -> client.completions().create(COMPLETION))
                    .isInstanceOfSatisfying(
                            RateLimitException.class,
                            error -> assertThat(error.headers().values("Retry-After"))
                                    .isNotEmpty());

            engine.go();
            for (Thread thread : clients) {
                thread.join();
            }
            for (Thread thread : more) {
                thread.join();
            }
        }
        assertThat(engine.asked).hasSize(3);
    }

    private static char[] health(Running server) throws InterruptedException {
        try {
            return server.get("/health").body().toCharArray();
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
