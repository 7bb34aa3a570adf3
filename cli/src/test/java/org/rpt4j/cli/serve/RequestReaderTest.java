package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.core.prompt.ChatMessage;

class RequestReaderTest {

    private static final RequestReader READER = new RequestReader(ScriptedEngine.MODEL, Running.LIMITS);

    private static byte[] utf8(String json) {
        return json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    private static TextRequest completion(String fields) throws ApiError {
        return READER.completion(utf8("{'prompt': 'a'" + fields + "}"));
    }

    private static TextRequest chat(String fields) throws ApiError {
        return READER.chat(utf8("{'messages': [{'role': 'user', 'content': 'a'}]" + fields + "}"));
    }

    @Test
    void allThatIsObeyedIsRead() throws ApiError {
        TextRequest request = completion(
                ", 'model': 'tiny', 'temperature': 0.5, 'top_p': 0.9, 'top_k': 40, 'min_p': 0.05, 'seed': -7,"
                        + " 'stop': ['x', 'y'], 'max_tokens': 3, 'logprobs': 2, 'stream': true,"
                        + " 'stream_options': {'include_usage': true}");

        assertThat(request.decoding())
                .isEqualTo(new TextRequest.Decoding(0.5, 0.9, 40, 0.05, -7, OptionalInt.of(3), List.of("x", "y")));
        assertThat(request.topLogProbs()).hasValue(2);
        assertThat(request.delivery()).isEqualTo(new TextRequest.Delivery(true, true));
    }

    @Test
    void aFieldThatIsNullIsAbsent() throws ApiError {
        TextRequest request = completion(", 'temperature': null, 'stop': null, 'n': null, 'rpt4j': null,"
                + " 'stream_options': null, 'max_tokens': null, 'model': null");

        assertThat(request.decoding().temperature()).isEqualTo(1);
        assertThat(request.decoding().maxTokens()).isEmpty();
        assertThat(request.thinking().mode()).isEqualTo(TextRequest.Mode.STANDARD);
    }

    @Test
    void withoutASeedRequestsDiffer() throws ApiError {
        assertThat(completion("").decoding().seed())
                .isNotEqualTo(completion("").decoding().seed());
    }

    @Test
    void valuesThatChangeNothingAreAccepted() throws ApiError {
        completion(", 'n': 1, 'best_of': 1, 'echo': false, 'presence_penalty': 0, 'frequency_penalty': 0.0,"
                + " 'suffix': '', 'user': 'me'");
        chat(", 'response_format': {'type': 'text'}, 'metadata': {'a': 'b'}, 'store': false");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "n | 2",
                "best_of | 3",
                "echo | true",
                "suffix | 'x'",
                "presence_penalty | 0.5",
                "frequency_penalty | -1",
                "logit_bias | {}",
                "tools | []",
                "temprature | 1",
                "temperature | -0.1",
                "temperature | 'hot'",
                "top_p | 0",
                "top_p | 1.5",
                "seed | 1.5",
                "stop | ['']",
                "stop | [1]",
                "stop | {}",
                "max_tokens | 0",
                "max_tokens | 65",
                "max_tokens | 1e9",
                "logprobs | 21",
                "stream | 'yes'",
                "stream_options | {'include_usage': true}",
                "prompt | ['a', 'b']",
                "prompt | [1, 2]",
            })
    void whatIsNotSupportedIsRefusedByName(String field, String value) {
        String json = field.equals("prompt")
                ? "{'prompt': " + value + "}"
                : "{'prompt': 'a', '" + field + "': " + value + "}";
        assertThatThrownBy(() -> READER.completion(utf8(json))).isInstanceOfSatisfying(ApiError.class, error -> {
            assertThat(error.status().code()).isEqualTo(400);
            assertThat(error.json().at("/error/param").textValue()).startsWith(field);
            assertThat(error.getMessage()).contains("\"" + field);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'mode': 'always'} | rpt4j.mode",
                "{'mode': 'hybrid', 'threshold': -1} | rpt4j.threshold",
                "{'threshold': 1} | rpt4j.threshold",
                "{'thought_tokens': 8} | rpt4j.thought_tokens",
                "{'mode': 'hybrid', 'thought_tokens': 1000} | rpt4j.thought_tokens",
                "{'thoughts': 8} | rpt4j.thoughts",
                "'hybrid' | rpt4j",
            })
    void aWrongModeIsRefusedByName(String value, String param) {
        assertThatThrownBy(() -> completion(", 'rpt4j': " + value))
                .isInstanceOfSatisfying(
                        ApiError.class,
                        error -> assertThat(error.json().at("/error/param").textValue())
                                .isEqualTo(param));
    }

    @ParameterizedTest
    @ValueSource(strings = {"every_token", "every-token"})
    void aModeMayHaveItsNameOnTheCommandLine(String name) throws ApiError {
        assertThat(completion(", 'rpt4j': {'mode': '" + name + "'}").thinking().mode())
                .isEqualTo(TextRequest.Mode.EVERY_TOKEN);
    }

    @Test
    void aMessageMayHaveParts() throws ApiError {
        TextRequest request = READER.chat(utf8("{'messages': [{'role': 'developer', 'content': 'be brief'},"
                + " {'role': 'user', 'content': [{'type': 'text', 'text': 'a'}, {'type': 'text', 'text': 'b'}]},"
                + " {'role': 'assistant', 'content': 'c', 'reasoning_content': 'hm', 'refusal': null},"
                + " {'role': 'user', 'content': 'd'}]}"));

        assertThat(request.input())
                .isEqualTo(new TextRequest.Chat(List.of(
                        new ChatMessage("system", "be brief"),
                        new ChatMessage("user", "ab"),
                        new ChatMessage("assistant", "c"),
                        new ChatMessage("user", "d"))));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "{}",
                "[{'role': 'tool', 'content': 'a'}]",
                "[{'role': 'user'}]",
                "[{'role': 'user', 'content': null}]",
                "[{'role': 'user', 'content': [{'type': 'image_url', 'image_url': {}}]}]",
                "[{'role': 'user', 'content': 'a', 'name': 'me'}]",
                "['a']",
            })
    void aWrongMessageIsRefused(String messages) {
        assertThatThrownBy(() -> READER.chat(utf8("{'messages': " + messages + "}")))
                .isInstanceOfSatisfying(
                        ApiError.class,
                        error -> assertThat(error.json().at("/error/param").textValue())
                                .startsWith("messages"));
    }

    @Test
    void theTwoNamesOfALimitMayNotDiffer() throws ApiError {
        assertThat(chat(", 'max_tokens': 4").decoding().maxTokens()).hasValue(4);
        assertThat(chat(", 'max_completion_tokens': 4").decoding().maxTokens()).hasValue(4);
        assertThatThrownBy(() -> chat(", 'max_tokens': 4, 'max_completion_tokens': 5"))
                .isInstanceOf(ApiError.class);
    }

    @Test
    void alternativesNeedLogProbabilities() throws ApiError {
        assertThat(chat(", 'logprobs': true").topLogProbs()).hasValue(0);
        assertThat(chat(", 'logprobs': false").topLogProbs()).isEmpty();
        assertThatThrownBy(() -> chat(", 'top_logprobs': 2")).isInstanceOf(ApiError.class);
    }

    @Test
    void messagesOfErrorsArePrintable() {
        assertThatThrownBy(() -> completion(", '\\u001b[31m': 1"))
                .isInstanceOf(ApiError.class)
                .hasMessageNotContaining("\u001b");
    }
}
