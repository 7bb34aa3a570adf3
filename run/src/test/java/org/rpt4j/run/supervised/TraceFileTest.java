package org.rpt4j.run.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.run.supervised.ThoughtTrace.Chat;
import org.rpt4j.run.supervised.ThoughtTrace.Text;

class TraceFileTest {

    @TempDir
    private Path folder;

    private List<ThoughtTrace> read(String... lines) throws IOException {
        Path file = Files.writeString(folder.resolve("traces.jsonl"), String.join("\n", lines) + "\n");
        return TraceFile.read(List.of(file), ThoughtMarkers.THINK);
    }

    @Test
    void aTraceContinuesAText() throws IOException {
        assertThat(read(
                        "{\"context\": \"a b\", \"thought\": \" so \", \"prediction\": \" c\", \"source\": 7}",
                        "{\"context\": \"a b\", \"context_tokens\": [4, 5], \"prediction\": \" c\"}"))
                .containsExactly(
                        new ThoughtTrace(new Text("a b", List.of()), "so", " c"),
                        new ThoughtTrace(new Text("a b", List.of(4, 5)), "", " c"));
    }

    @Test
    void aTraceAnswersAPrompt() throws IOException {
        assertThat(read("{\"prompt\": \"1+1?\", \"thought\": \"two\", \"answer\": \"\\\\boxed{2}\"}"))
                .containsExactly(new ThoughtTrace(new Chat(List.of(ChatMessage.user("1+1?"))), "two", "\\boxed{2}"));
    }

    @Test
    void theThoughtOfAConversationStandsBesideItsContentOrInIt() throws IOException {
        ChatMessage system = new ChatMessage("system", "Be brief.");
        ThoughtTrace expected =
                new ThoughtTrace(new Chat(List.of(system, ChatMessage.user("1+1?"))), "two", "\\boxed{2}");
        String asked = "{\"messages\": [{\"role\": \"system\", \"content\": \"Be brief.\"},"
                + " {\"role\": \"user\", \"content\": \"1+1?\"}, {\"role\": \"assistant\", ";
        assertThat(read(
                        asked + "\"reasoning_content\": \"two\", \"content\": \"\\\\boxed{2}\"}]}",
                        asked + "\"content\": \"<think>\\ntwo\\n</think>\\n\\n\\\\boxed{2}\"}]}"))
                .containsExactly(expected, expected);
        assertThatThrownBy(() -> read(asked + "\"reasoning_content\": \"two\", \"content\": \"<think>2</think>2\"}]}"))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("another in its content");
    }

    @Test
    void whatIsWrittenIsReadAgain() throws IOException {
        List<ThoughtTrace> traces = List.of(
                new ThoughtTrace(new Text("a", List.of(1)), "so", "b"),
                new ThoughtTrace(new Chat(List.of(ChatMessage.user("x"))), "so", "y"));
        assertThat(read(traces.stream()
                        .map(TraceFile::row)
                        .map(TraceFileTest::json)
                        .toArray(String[]::new)))
                .isEqualTo(traces);
    }

    private static String json(Object row) {
        try {
            return new ObjectMapper().writeValueAsString(row);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "{\"text\": \"a\"}#line 1: It has neither",
                "{\"context\": \"a\", \"thought\": \"b\"}#prediction",
                "{\"context\": 3, \"prediction\": \"b\"}#context",
                "{\"context\": \"a\", \"prediction\": \"b\", \"context_tokens\": [-1]}#context_tokens",
                "{\"prompt\": \"a\"}#answer",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}]}#at least two messages",
                "{\"messages\": [{\"role\": \"user\"}, {\"role\": \"assistant\", \"content\": \"a\"}]}#content",
                "{\"messages\": 7}#messages",
                "[]#line 1",
            })
    void aMalformedRowIsRefusedWithItsPlace(String line, String message) {
        assertThatThrownBy(() -> read(line))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("traces.jsonl")
                .hasMessageContaining(message);
    }

    @Test
    void aMissingFileIsRefused() {
        assertThatThrownBy(() -> TraceFile.read(List.of(folder.resolve("no.jsonl")), ThoughtMarkers.THINK))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("no.jsonl");
    }
}
