package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Conversation;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.inference.InferenceOptions;
import org.rpt4j.inference.ReasonedText;
import org.rpt4j.inference.Reasoner;
import org.rpt4j.inference.ReasoningMode;
import org.rpt4j.inference.TokenEvent;
import org.rpt4j.run.tiny.TinyCheckpoint;
import org.rpt4j.tck.reference.ReferencePolicy;

/** What the server answers is what the {@link Reasoner} writes. */
class ModelEngineTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHAT = "/v1/chat/completions";
    private static final String PROMPT = "Today is Monday.";

    @TempDir
    private static Path folder;

    private static Tokenizer tokenizer;
    private static Policy policy;
    private static Reasoning reasoning;
    private static Optional<ChatTemplate> template;
    private static Running server;

    @BeforeAll
    static void start() throws IOException {
        ModelSource model = ModelSource.directory(TinyCheckpoint.write(folder.resolve("model")));
        tokenizer = Tokenizer.open(model.directory());
        policy = new ReferencePolicy(model);
        template = ChatTemplate.open(model.directory());
        reasoning = Reasoning.builder(model, tokenizer)
                .instruction(Instruction.load(Files.writeString(folder.resolve("next.txt"), "Next: {context}")))
                .maxTokens(32)
                .build();
        server = new Running(new ModelEngine(ScriptedEngine.MODEL, policy, reasoning, Running.LIMITS));
    }

    @AfterAll
    static void stop() {
        server.close();
        policy.close();
        tokenizer.close();
    }

    private static String body(String fields) {
        return ("{'prompt': '" + PROMPT + "', 'temperature': 0.8, 'seed': 7, 'max_tokens': 12" + fields + "}")
                .replace('\'', '"');
    }

    private static InferenceOptions.Builder options() {
        return InferenceOptions.builder().temperature(0.8).seed(7).maxTokens(12);
    }

    private static JsonNode answer(String path, String body) throws Exception {
        HttpResponse<String> answer = server.post(path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static ReasonedText expected(InferenceOptions options) {
        return Reasoner.of(policy, reasoning).complete(PROMPT, options);
    }

    @Test
    void aCompletionIsTheTextOfTheReasoner() throws Exception {
        ReasonedText expected = expected(options().build());

        JsonNode answer = answer(COMPLETIONS, body(""));

        assertThat(answer.at("/choices/0/text").textValue()).isEqualTo(expected.text());
        assertThat(answer.at("/usage/completion_tokens").intValue())
                .isEqualTo(expected.usage().outputTokens());
        assertThat(answer.at("/usage/prompt_tokens").intValue())
                .isEqualTo(expected.usage().promptTokens());
    }

    @Test
    void aStreamHasTheSameText() throws Exception {
        ReasonedText expected = expected(options().build());

        assertThat(streamed(body(", 'stream': true"), "text")).isEqualTo(expected.text());
    }

    private static String streamed(String body, String field) throws Exception {
        StringBuilder text = new StringBuilder();
        for (String line : server.post(COMPLETIONS, body).body().lines().toList()) {
            if (line.startsWith("data: {")) {
                text.append(JSON.readTree(line.substring(6))
                        .at("/choices/0/" + field)
                        .asText(""));
            }
        }
        return text.toString();
    }

    @Test
    void thoughtsComeApartWithWhereAndWhyTheyWere() throws Exception {
        ReasonedText expected = expected(options()
                .mode(ReasoningMode.HYBRID)
                .threshold(0.1)
                .thoughtTokens(4)
                .build());

        String fields = ", 'rpt4j': {'mode': 'hybrid', 'threshold': 0.1, 'thought_tokens': 4}";
        JsonNode answer = answer(COMPLETIONS, body(fields));

        assertThat(answer.at("/choices/0/text").textValue()).isEqualTo(expected.text());
        assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens")
                        .intValue())
                .isEqualTo(expected.usage().thoughtTokens())
                .isPositive();
        JsonNode thoughts = answer.at("/choices/0/rpt4j/thoughts");
        assertThat(thoughts).hasSameSizeAs(expected.trace().thoughts());
        assertThat(thoughts.at("/0/entropy").doubleValue())
                .isEqualTo(expected.trace().thoughts().get(0).entropy());
        assertThat(thoughts.at("/0/outcome").textValue()).isNotBlank();
        assertThat(streamed(body(fields + ", 'stream': true"), "reasoning_content"))
                .isEqualTo(answer.at("/choices/0/reasoning_content").textValue());
    }

    @Test
    void logProbabilitiesAreThoseOfThePolicy() throws Exception {
        List<Double> expected = new ArrayList<>();
        List<Double> first = new ArrayList<>();
        Reasoner reasoner = Reasoner.of(policy, reasoning);
        reasoner.complete(reasoner.prompt(PROMPT), options().alternatives(2).build(), event -> {
            if (event instanceof TokenEvent.TextToken token) {
                expected.add(token.logProb());
                first.add(token.alternatives().get(0).logProb());
            }
        });

        JsonNode logProbs = answer(COMPLETIONS, body(", 'logprobs': 2")).at("/choices/0/logprobs");

        assertThat(logProbs.at("/token_logprobs")).map(JsonNode::doubleValue).containsExactlyElementsOf(expected);
        assertThat(logProbs.at("/top_logprobs/0")).map(JsonNode::doubleValue).contains(first.get(0));
    }

    @Test
    void aStopStringEndsTheText() throws Exception {
        String text = expected(options().build()).text();
        String stop = text.substring(3, 5);

        JsonNode answer = answer(COMPLETIONS, body(", 'stop': " + JSON.writeValueAsString(stop)));

        assertThat(answer.at("/choices/0/text").textValue()).isEqualTo(text.substring(0, text.indexOf(stop)));
        assertThat(answer.at("/choices/0/finish_reason").textValue()).isEqualTo("stop");
    }

    @Test
    void aChatGoesThroughTheTemplateOfTheModel() throws Exception {
        List<ChatMessage> messages = List.of(new ChatMessage("user", "Who is </think> he?"));
        int[] prompt = Conversation.of(tokenizer, template.orElseThrow(), reasoning.thought(), messages)
                .tokens();
        ReasonedText expected =
                Reasoner.of(policy, reasoning).complete(prompt, options().build(), event -> {});

        JsonNode answer = answer(
                CHAT,
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Who is </think> he?\"}], \"temperature\": 0.8,"
                        + " \"seed\": 7, \"max_tokens\": 12}");

        // The template opens a thought, and the model does not close it.
        assertThat(expected.tokens())
                .doesNotContain(tokenizer.addedIdOf("</think>").orElseThrow());
        assertThat(answer.at("/choices/0/message/reasoning_content").textValue())
                .isEqualTo(expected.text());
        assertThat(answer.at("/choices/0/message/content").textValue()).isEmpty();
        assertThat(answer.at("/usage/completion_tokens_details/reasoning_tokens")
                        .intValue())
                .isEqualTo(expected.tokens().size());
        assertThat(answer.at("/usage/prompt_tokens").intValue()).isEqualTo(prompt.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{'prompt': ''}", "{'prompt': '\\ud800'}"})
    void aPromptWithoutTokensIsRefused(String body) throws Exception {
        assertThat(server.post(COMPLETIONS, body.replace('\'', '"')).statusCode())
                .isEqualTo(400);
    }

    @Test
    void aPromptOverTheLimitIsRefused() throws Exception {
        HttpResponse<String> answer = server.post(COMPLETIONS, "{\"prompt\": \"" + "a b ".repeat(60) + "\"}");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .contains("\"code\":\"context_length_exceeded\"")
                .contains("takes at most 100");
    }

    @Test
    void moreTokensThanTheModelHasRoomForAreRefused() throws Exception {
        ServerLimits wide = new ServerLimits(4096, 2048, 16, 10_000, 10_000, 2, Running.LIMITS.times());
        ModelEngine engine = new ModelEngine(ScriptedEngine.MODEL, policy, reasoning, wide);
        try (Running other = new Running(engine, wide, Optional.empty())) {
            String beyond = "{\"prompt\": \"a\", \"max_tokens\": " + TinyCheckpoint.CONTEXT + "}";
            HttpResponse<String> answer = other.post(COMPLETIONS, beyond);

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body())
                    .contains("room for " + TinyCheckpoint.CONTEXT)
                    .contains("max_tokens");
        }
    }

    @Test
    void aModelWithoutATemplateRefusesChats() throws Exception {
        Reasoning plain = Reasoning.builder(ModelSource.directory(folder.resolve("model")), tokenizer)
                .template(null)
                .instruction(new Instruction("bare", "{context}"))
                .maxTokens(32)
                .build();
        ModelEngine engine = new ModelEngine(ScriptedEngine.MODEL, policy, plain, Running.LIMITS);
        try (Running other = new Running(engine)) {
            HttpResponse<String> answer =
                    other.post(CHAT, "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}");

            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("no chat template");
        }
    }
}
