package org.rpt4j.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

class PromptBuilderTest {

    private static final Instruction SHORT = new Instruction("short", "Go on: {context}");
    private static final String TEMPLATE = "{% for m in messages %}<|user|>{{ m.content|trim }}<|end|>{% endfor %}"
            + "{% if add_generation_prompt %}<|bot|>{% endif %}";
    private static final List<String> MARKERS =
            List.of("<|user|>", "<|end|>", "<|bot|>", "<think>", "</think>", "<|begin|>");

    @TempDir
    private Path directory;

    private Tokenizer open() {
        return Tokenizer.open(TinyTokenizers.byteLevel(directory, List.of("ab", "abc"), MARKERS));
    }

    private static PromptBuilder builder(Tokenizer tokenizer, String template) {
        return new PromptBuilder(tokenizer, ChatTemplate.of(template, null, null), SHORT, 100, 10);
    }

    @Test
    void theContextIsInsertedBetweenPrefixAndSuffix() {
        try (Tokenizer tokenizer = open()) {
            int[] prompt = builder(tokenizer, TEMPLATE).prompt(new int[] {'x', 256, 'c'});
            assertThat(prompt).containsExactly(258, 'G', 'o', ' ', 'o', 'n', ':', ' ', 'x', 256, 'c', 259, 260);
        }
    }

    @Test
    void contextTokensAreNeverEncodedAgain() {
        try (Tokenizer tokenizer = open()) {
            int[] split = {'a', 'b', 'c', 0xF0, 0x9F};
            int[] prompt = builder(tokenizer, TEMPLATE).prompt(split);
            assertThat(Arrays.copyOfRange(prompt, 8, 13)).isEqualTo(split);
            assertThat(tokenizer.encode("abc")).containsExactly(257);
        }
    }

    @Test
    void anOverLongContextLosesItsOldestTokens() {
        try (Tokenizer tokenizer = open()) {
            PromptBuilder builder = new PromptBuilder(tokenizer, ChatTemplate.of(TEMPLATE, null, null), SHORT, 30, 17);
            assertThat(builder.maxContextTokens()).isEqualTo(3);
            assertThat(builder.prompt(new int[] {'1', '2', '3', '4'}))
                    .hasSize(13)
                    .containsSequence(' ', '2', '3', '4', 259);
            assertThat(builder.prompt(new int[] {'1', '2', '3'})).containsSequence(' ', '1', '2', '3', 259);
            assertThat(builder.prompt(new int[] {'1'})).hasSize(11);
        }
    }

    @Test
    void atLeastOneTokenOfContextMustFit() {
        try (Tokenizer tokenizer = open()) {
            ChatTemplate template = ChatTemplate.of(TEMPLATE, null, null);
            assertThat(new PromptBuilder(tokenizer, template, SHORT, 28, 17).maxContextTokens())
                    .isEqualTo(1);
            assertThatThrownBy(() -> new PromptBuilder(tokenizer, template, SHORT, 27, 17))
                    .isInstanceOf(ContextOverflowException.class)
                    .hasMessageContaining("27 tokens")
                    .hasMessageContaining("17 are reserved")
                    .hasMessageContaining("takes 10");
            assertThatThrownBy(() -> new PromptBuilder(tokenizer, template, SHORT, 27, 0))
                    .isInstanceOf(IllegalArgumentException.class);
            PromptBuilder builder = builder(tokenizer, TEMPLATE);
            assertThatThrownBy(() -> builder.prompt(new int[0]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("empty");
        }
    }

    @Test
    void withoutATemplateThePromptIsPlain() {
        try (Tokenizer tokenizer = open()) {
            PromptBuilder builder = new PromptBuilder(tokenizer, null, SHORT, 100, 10);
            assertThat(builder.opensThought()).isTrue();
            assertThat(tokenizer.decode(builder.prompt(new int[] {'x'}))).isEqualTo("Go on: x\n\n<think>\n");
            assertThat(builder.prompt(new int[] {'x'})).endsWith('\n', '\n', 261, '\n');
        }
    }

    @Test
    void aThoughtIsOpenedOnlyWhereTheTemplateDoesNot() {
        try (Tokenizer tokenizer = open()) {
            ChatTemplate closed = ChatTemplate.of(TEMPLATE, null, null);
            ChatTemplate opening = ChatTemplate.of(TEMPLATE + "<think>", null, null);
            ChatTemplate skipping = ChatTemplate.of(TEMPLATE + "<think></think>", null, null);
            int[] context = {'x'};

            assertThat(new PromptBuilder(tokenizer, closed, SHORT, 99, 9).opensThought())
                    .isFalse();
            PromptBuilder builder = new PromptBuilder(tokenizer, opening, SHORT, 99, 9);
            assertThat(builder.opensThought()).isTrue();
            assertThat(builder.prompt(context)).endsWith(259, 260, 261);
            assertThat(new PromptBuilder(tokenizer, skipping, SHORT, 99, 9).opensThought())
                    .isFalse();
        }
    }

    @Test
    void thePlainFormOpensAThoughtOnlyWhereOneMustBeMarked() {
        TinyTokenizers.byteLevel(directory, List.of(), List.of("[THINK]", "[/THINK]"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            for (ThoughtRule rule : ThoughtRule.values()) {
                PromptBuilder builder =
                        new PromptBuilder(tokenizer, null, SHORT, 99, 9, ThoughtFormat.of(rule, tokenizer));
                String end = tokenizer.decode(builder.prompt(new int[] {'x'}));
                assertThat(builder.opensThought()).isEqualTo(rule == ThoughtRule.MARKED);
                assertThat(end).endsWith(rule == ThoughtRule.MARKED ? "x\n\n[THINK]\n" : "x\n\n");
            }
        }
    }

    @Test
    void theMarkersOfOtherFamiliesAreFoundInTheTemplate() {
        TinyTokenizers.byteLevel(directory, List.of(), List.of("<seed:think>", "</seed:think>"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            assertThat(tokenizer.thoughtMarkers()).isEqualTo(new ThoughtMarkers("<seed:think>", "</seed:think>"));
            assertThat(builder(tokenizer, TEMPLATE + "<seed:think>").opensThought())
                    .isTrue();
            assertThat(builder(tokenizer, TEMPLATE + "<seed:think></seed:think>")
                            .closesThought())
                    .isTrue();
            assertThat(builder(tokenizer, TEMPLATE + "<think>").opensThought()).isFalse();
        }
    }

    @Test
    void thereIsExactlyOneBeginOfText() {
        TinyTokenizers.byteLevel(directory, List.of("ab", "abc"), MARKERS);
        TinyTokenizers.put(
                directory, "tokenizer_config.json", "{\"add_bos_token\": true, \"bos_token\": \"<|begin|>\"}");
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            for (String prefix : List.of("", "{{ bos_token }}", "{{ bos_token }}{{ bos_token }}")) {
                ChatTemplate template = ChatTemplate.of(prefix + TEMPLATE, "<|begin|>", null);
                int[] prompt = new PromptBuilder(tokenizer, template, SHORT, 99, 9).prompt(new int[] {'x'});
                assertThat(prompt).startsWith(263, 258, 'G');
                assertThat(Arrays.stream(prompt).filter(id -> id == 263)).hasSize(1);
            }
            assertThat(new PromptBuilder(tokenizer, null, SHORT, 99, 9).prompt(new int[] {'x'}))
                    .startsWith(263, 'G');
        }
    }

    @Test
    void aBeginOfTextAfterWhiteSpaceIsTheOnlyOne() {
        TinyTokenizers.byteLevel(directory, List.of("ab", "abc"), MARKERS);
        TinyTokenizers.put(
                directory, "tokenizer_config.json", "{\"add_bos_token\": true, \"bos_token\": \"<|begin|>\"}");
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            for (String prefix : List.of("\n{{ bos_token }}", "\n{{ bos_token }}{{ bos_token }}")) {
                ChatTemplate template = ChatTemplate.of(prefix + TEMPLATE, "<|begin|>", null);
                int[] prompt = new PromptBuilder(tokenizer, template, SHORT, 99, 9).prompt(new int[] {'x'});
                assertThat(prompt).startsWith('\n', 263, 258, 'G');
            }
            ChatTemplate twice = ChatTemplate.of("{{ bos_token }} {{ bos_token }}" + TEMPLATE, "<|begin|>", null);
            assertThat(new PromptBuilder(tokenizer, twice, SHORT, 99, 9).prompt(new int[] {'x'}))
                    .startsWith(263, ' ', 258, 'G');
            ChatTemplate none = ChatTemplate.of("{{ ' ' }}" + TEMPLATE, "<|begin|>", null);
            assertThat(new PromptBuilder(tokenizer, none, SHORT, 99, 9).prompt(new int[] {'x'}))
                    .startsWith(263, ' ', 258, 'G');
        }
    }

    @Test
    void aThoughtThatTheTemplateClosesIsKnown() {
        try (Tokenizer tokenizer = open()) {
            for (String start : List.of("<think>\n\n</think>\n\n", "</think>")) {
                PromptBuilder closed = builder(tokenizer, TEMPLATE + start);
                assertThat(closed.closesThought()).isTrue();
                assertThat(closed.opensThought()).isFalse();
            }
            for (String start : List.of("", "<think>\n", "<think></think><think>")) {
                assertThat(builder(tokenizer, TEMPLATE + start).closesThought()).isFalse();
            }
            assertThat(builder(tokenizer, "<think></think>" + TEMPLATE).closesThought())
                    .isFalse();
        }
    }

    @Test
    void anInstructionThatMentionsTheThoughtNeitherOpensNorClosesIt() {
        try (Tokenizer tokenizer = open()) {
            Instruction mentions = new Instruction("m", "{context}\nThink in <think></think>, then answer. ");
            Instruction opens = new Instruction("o", "{context}\nBegin with <think> ");
            for (Instruction instruction : List.of(mentions, opens)) {
                ChatTemplate template = ChatTemplate.of(TEMPLATE, null, null);
                PromptBuilder builder = new PromptBuilder(tokenizer, template, instruction, 199, 9);
                assertThat(builder.closesThought()).isFalse();
                assertThat(builder.opensThought()).isFalse();
            }
            ChatTemplate opening = ChatTemplate.of(TEMPLATE + "<think>", null, null);
            assertThat(new PromptBuilder(tokenizer, opening, mentions, 199, 9).opensThought())
                    .isTrue();
        }
    }

    @Test
    void aSentencePieceSuffixGetsNoSpaceOfItsOwn() {
        TinyTokenizers.sentencePiece(directory, List.of("\u2581", "x", "]"));
        try (Tokenizer tokenizer = Tokenizer.open(directory)) {
            int[] prompt = builder(tokenizer, "[{{ messages[0].content }}]").prompt(new int[] {260});
            assertThat(tokenizer.decode(prompt)).isEqualTo("<s> [Go on: x]");
        }
    }

    @Test
    void theMessageMustOccurInThePromptOnce() {
        try (Tokenizer tokenizer = open()) {
            assertThatThrownBy(() -> builder(tokenizer, "Hello"))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("nowhere");
            assertThatThrownBy(() -> builder(tokenizer, TEMPLATE + TEMPLATE))
                    .isInstanceOf(TokenizerException.class)
                    .hasMessageContaining("more than once");
        }
    }
}
