package org.rpt4j.run.supervised;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.ChatMessage;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.SupervisedExample;
import org.rpt4j.run.supervised.ThoughtTrace.Chat;
import org.rpt4j.run.supervised.ThoughtTrace.Text;
import org.rpt4j.run.tiny.TinyCheckpoint;

class TraceExamplesTest {

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;

    @BeforeEach
    void open() {
        tokenizer = Tokenizer.open(TinyCheckpoint.write(folder.resolve("model")));
    }

    @AfterEach
    void close() {
        tokenizer.close();
    }

    private Reasoning reasoning(ThoughtRule rule, @Nullable String template) {
        return Reasoning.builder(ModelSource.directory(folder.resolve("model")), tokenizer)
                .template(template == null ? null : ChatTemplate.of(template, null, null))
                .instruction(new Instruction("next", "Next? {context}"))
                .thought(ThoughtFormat.of(rule, tokenizer))
                .maxTokens(64)
                .build();
    }

    private String completion(ThoughtTrace trace, Reasoning reasoning) {
        TraceExamples learned = TraceExamples.of(List.of(trace), reasoning, TinyCheckpoint.CONTEXT);
        assertThat(learned.traces()).isEqualTo(1);
        return tokenizer.decode(learned.examples().get(0).completions().get(0));
    }

    private String end() {
        return tokenizer.decode(tokenizer.endOfText().orElseThrow());
    }

    private static ThoughtTrace text(String thought, String prediction) {
        return new ThoughtTrace(new Text("One two", List.of()), thought, prediction);
    }

    @Test
    void theCompletionIsWhatReinforcementWillRead() {
        String template = "<|u|>{{ messages[0].content }}<|a|>";
        assertThat(completion(text("so", " three"), reasoning(ThoughtRule.MARKED, null)))
                .isEqualTo("so\n</think>\n\n\\boxed{ three}" + end());
        assertThat(completion(text("so", " three"), reasoning(ThoughtRule.MARKED, template)))
                .isEqualTo("<think>\nso\n</think>\n\n\\boxed{ three}" + end());
        assertThat(completion(text("so", " three"), reasoning(ThoughtRule.UNMARKED, template)))
                .isEqualTo("so\n\n\\boxed{ three}" + end());
        assertThat(completion(text("", " three"), reasoning(ThoughtRule.NONE, template)))
                .isEqualTo("\\boxed{ three}" + end());
    }

    @Test
    void theAnswerToAConversationIsLearnedAsItIs() {
        Reasoning reasoning =
                reasoning(ThoughtRule.MARKED, "{% for m in messages %}{{ m.content }}{% endfor %}<|a|><think>");
        ThoughtTrace trace = new ThoughtTrace(new Chat(List.of(ChatMessage.user("1+1?"))), "two", "It is 2.");

        TraceExamples learned = TraceExamples.of(List.of(trace), reasoning, TinyCheckpoint.CONTEXT);

        SupervisedExample example = learned.examples().get(0);
        assertThat(tokenizer.decode(example.prompt())).isEqualTo("1+1?<|a|><think>");
        assertThat(tokenizer.decode(example.completions().get(0))).isEqualTo("two\n</think>\n\nIt is 2." + end());
    }

    @Test
    void thePromptIsThatOfReinforcementWhateverTheTokensOfTheContext() {
        Reasoning reasoning = reasoning(ThoughtRule.MARKED, null);
        List<Integer> odd = List.of(tokenizer.encode("O")[0], tokenizer.encode("n")[0]);

        TraceExamples learned = TraceExamples.of(
                List.of(text("so", "x"), new ThoughtTrace(new Text("On", odd), "so", "x")),
                reasoning,
                TinyCheckpoint.CONTEXT);

        assertThat(learned.examples().get(0).prompt())
                .isEqualTo(reasoning.prompts().prompt(tokenizer.encode("One two")));
        assertThat(learned.examples().get(1).prompt())
                .isEqualTo(reasoning.prompts().prompt(new int[] {odd.get(0), odd.get(1)}));
    }

    @Test
    void theThoughtsOfAPromptShareIt() {
        TraceExamples learned = TraceExamples.of(
                List.of(text("so", "x"), text("hm", "x")), reasoning(ThoughtRule.MARKED, null), TinyCheckpoint.CONTEXT);
        assertThat(learned.traces()).isEqualTo(2);
        assertThat(learned.examples())
                .singleElement()
                .satisfies(example -> assertThat(example.completions()).hasSize(2));
    }

    @Test
    void whatCannotBeLearnedIsCounted() {
        TraceExamples learned = TraceExamples.of(
                List.of(text("so", "}"), text("so ".repeat(400), "x"), text("so", "{x}")),
                reasoning(ThoughtRule.MARKED, null),
                TinyCheckpoint.CONTEXT);
        assertThat(learned.traces()).isEqualTo(1);
        assertThat(learned.tooLong()).isEqualTo(1);
        assertThat(learned.unreadable()).isEqualTo(1);
        assertThat(learned.describe()).contains("Learns 1 thought traces of 1 prompts", "1 that do not fit", "1 whose");
    }

    @Test
    void aTemplateThatClosesTheThoughtIsRefused() {
        Reasoning closed = reasoning(ThoughtRule.MARKED, "{{ messages[0].content }}<think></think>");
        assertThatThrownBy(() -> completion(text("so", "x"), closed))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("enable_thinking");
        assertThat(completion(text("", "x"), closed)).isEqualTo("\\boxed{x}" + end());
    }

    @Test
    void tokensOfAnotherVocabularyAndEmptyContextsAreRefused() {
        Reasoning reasoning = reasoning(ThoughtRule.MARKED, null);
        assertThatThrownBy(() -> completion(new ThoughtTrace(new Text("a", List.of(100_000)), "so", "x"), reasoning))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("another tokenizer");
        assertThatThrownBy(() -> completion(new ThoughtTrace(new Text("", List.of()), "so", "x"), reasoning))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("empty context");
    }
}
