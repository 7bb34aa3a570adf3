package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.JsonValue;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/serving.md work. */
class ServingGuideTest {

    private static final Path GUIDE = Path.of("../docs/serving.md");
    private static final Path SOURCE = Path.of("src/test/java/org/rpt4j/cli/serve/ServingGuideTest.java");

    @Test
    void theCurlExampleIsAnswered() throws Exception {
        Matcher body = Pattern.compile("curl \\S+(/v1/\\S+) .*? -d '(.*?)'\n", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        assertThat(body.find()).isTrue();
        ScriptedEngine engine = ScriptedEngine.saying("b");
        try (Running server = new Running(engine)) {
            assertThat(server.post(body.group(1), body.group(2)).statusCode()).isEqualTo(200);
        }
        assertThat(engine.asked.remove().thinking().mode()).isEqualTo(TextRequest.Mode.HYBRID);
    }

    @Test
    void theJavaExampleIsAnswered() {
        ScriptedEngine engine = ScriptedEngine.saying("No.");
        StringBuilder printed = new StringBuilder();
        try (Running server = new Running(engine)) {
            ask(server.url("/v1"), printed);
        }
        assertThat(printed).hasToString("No.");
        assertThat(engine.asked.remove().thinking().mode()).isEqualTo(TextRequest.Mode.HYBRID);
    }

    private static void ask(String url, StringBuilder out) {
        // example: begin
        OpenAIClient client =
                OpenAIOkHttpClient.builder().baseUrl(url).apiKey("none").build();
        ChatCompletionCreateParams question = ChatCompletionCreateParams.builder()
                .model("tiny")
                .addUserMessage("Is the moon a star?")
                .maxCompletionTokens(64)
                .putAdditionalBodyProperty("rpt4j", JsonValue.from(Map.of("mode", "hybrid")))
                .build();
        try (StreamResponse<ChatCompletionChunk> answer =
                client.chat().completions().createStreaming(question)) {
            answer.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(out::append));
        }
        // example: end
    }

    @Test
    void theJavaExampleIsTheOneAbove() throws IOException {
        String guide = Files.readString(GUIDE);
        String shown = guide.substring(guide.indexOf("```java\n") + 8);
        String source = Files.readString(SOURCE);
        String tested = source.substring(source.indexOf("// example: begin\n") + 18, source.indexOf("// example: end"));

        assertThat(words(shown.substring(0, shown.indexOf("```"))))
                .isEqualTo(words(tested.replace("baseUrl(url)", "baseUrl(\"http://127.0.0.1:8080/v1\")")
                        .replace("out::append", "System.out::print")));
    }

    /** Whatever the line breaks. */
    private static List<String> words(String code) {
        return List.of(
                code.replaceAll("\\s+", " ").replaceAll(" ?\\. ?", ".").strip().split(" "));
    }
}
