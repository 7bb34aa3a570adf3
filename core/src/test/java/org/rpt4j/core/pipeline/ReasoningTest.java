package org.rpt4j.core.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Prediction;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.ThoughtFormat;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.core.reward.BoxRule;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.tck.TinyModel;

class ReasoningTest {

    private static final Instruction NEXT = new Instruction("next", "?{context}");
    private static final List<String> MARKERS = List.of("<|user|>", "<|bot|>", "<|end|>", "</think>");

    @TempDir
    private Path folder;

    private Tokenizer open(int vocabularySize) {
        TinyTokenizers.byteLevel(folder, List.of(), MARKERS);
        TinyTokenizers.put(folder, "config.json", """
                {"architectures": ["LlamaForCausalLM"], "vocab_size": %d, "hidden_size": 8, "intermediate_size": 8,
                 "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 8,
                 "max_position_embeddings": 32, "rms_norm_eps": 1e-5, "rope_theta": 10000, "hidden_act": "silu",
                 "tie_word_embeddings": true, "eos_token_id": [0, 257]}""".formatted(vocabularySize));
        TinyTokenizers.put(folder, "tokenizer_config.json", """
                {"eos_token": "<|end|>",
                 "chat_template": "<|user|>{{ messages[0]['content'] }}<|bot|>"}""");
        return Tokenizer.open(folder);
    }

    private Reasoning reasoning(Tokenizer tokenizer, int maxTokens) {
        return Reasoning.of(ModelSource.directory(folder), tokenizer, NEXT, maxTokens);
    }

    private Reasoning asked(Tokenizer tokenizer, ChatTemplate template) {
        return Reasoning.builder(ModelSource.directory(folder), tokenizer)
                .template(template)
                .instruction(NEXT)
                .maxTokens(9)
                .build();
    }

    @Test
    void promptsFollowTheChatTemplateAndLeaveRoomForTheCompletion() {
        try (Tokenizer tokenizer = open(260)) {
            Reasoning reasoning = reasoning(tokenizer, 26);

            assertThat(reasoning.maxContextTokens()).isEqualTo(3);
            assertThat(reasoning.prompts().prompt(new int[] {'a', 'b', 'c', 'd'}))
                    .containsExactly(256, '?', 'b', 'c', 'd', 257);
        }
    }

    @Test
    void rolloutsEndAtAnyTokenThatEndsATextAndAtTheClosedBox() {
        try (Tokenizer tokenizer = open(260)) {
            SamplingOptions sampling = reasoning(tokenizer, 20).sampling(8, 0.7);

            assertThat(sampling.stopTokens()).containsExactlyInAnyOrder(0, 257, 258);
            assertThat(sampling.groupSize()).isEqualTo(8);
            assertThat(sampling.temperature()).isEqualTo(0.7);
            assertThat(sampling.maxTokens()).isEqualTo(20);
            StopCondition.Scanner scanner = sampling.stopCondition().newScanner();
            int[] answer = tokenizer.encodeWithSpecials("\\boxed{no}</think>\\boxed{yes}");
            for (int i = 0; i < answer.length; i++) {
                assertThat(scanner.endsWith(answer[i])).isEqualTo(i == answer.length - 1);
            }
        }
    }

    @Test
    void theEndTokensOfGenerationEndARolloutToo() {
        try (Tokenizer tokenizer = open(260)) {
            TinyTokenizers.put(folder, "generation_config.json", "{\"eos_token_id\": [257, 17, 4]}");

            assertThat(reasoning(tokenizer, 20).sampling(1, 1).stopTokens())
                    .containsExactlyInAnyOrder(0, 257, 258, 17, 4);
        }
    }

    @Test
    void theExtractorFindsWhatTheSamplerStoppedAt() {
        try (Tokenizer tokenizer = open(260)) {
            int[] answer = tokenizer.encodeWithSpecials("\\boxed{no}</think>\\boxed{yes}");
            Rollout rollout = new Rollout(0, answer, new double[answer.length], FinishReason.STOP_CONDITION, 0);

            Prediction prediction = reasoning(tokenizer, 20).extractor().extract(rollout);

            assertThat(((Prediction.Boxed) prediction).content()).isEqualTo("yes".getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void aThoughtThatIsJudgedAloneEndsTheRolloutAndThePromptLeavesRoomForMore() {
        try (Tokenizer tokenizer = open(260)) {
            Reasoning.Builder builder = Reasoning.builder(ModelSource.directory(folder), tokenizer)
                    .instruction(NEXT)
                    .maxTokens(20);
            int room = builder.build().maxContextTokens();

            Reasoning alone = builder.thoughtAlone(5).build();

            assertThat(alone.isThoughtAlone()).isTrue();
            assertThat(alone.maxContextTokens()).isEqualTo(room - 5);
            assertThat(alone.sampling(1, 1).maxTokens()).isEqualTo(20);
            StopCondition.Scanner scanner = alone.sampling(1, 1).stopCondition().newScanner();
            int[] thought = tokenizer.encodeWithSpecials("\\boxed{no}</think>");
            for (int i = 0; i < thought.length; i++) {
                assertThat(scanner.endsWith(thought[i])).isEqualTo(i == thought.length - 1);
            }
        }
    }

    @Test
    void aThoughtThatIsNotThereCannotBeJudgedAlone() {
        try (Tokenizer tokenizer = open(260)) {
            Reasoning.Builder builder = Reasoning.builder(ModelSource.directory(folder), tokenizer)
                    .instruction(NEXT)
                    .maxTokens(5)
                    .thoughtAlone(1);
            assertThatThrownBy(() -> builder.thought(ThoughtFormat.of(ThoughtRule.UNMARKED, tokenizer))
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("thoughts are UNMARKED. Use MARKED");
            ChatTemplate closing = ChatTemplate.of("{{ messages[0]['content'] }}<think></think>", null, null);
            assertThatThrownBy(() -> builder.thought(ThoughtFormat.marked(tokenizer))
                            .template(closing)
                            .build())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("the chat template closes the thought")
                    .hasMessageContaining("enable_thinking");
        }
    }

    @Test
    void underTheGreedyRuleAClosedBoxDoesNotEndTheRollout() {
        try (Tokenizer tokenizer = open(260)) {
            Reasoning greedy = Reasoning.builder(ModelSource.directory(folder), tokenizer)
                    .instruction(NEXT)
                    .maxTokens(20)
                    .boxRule(BoxRule.GREEDY_LAST_BRACE)
                    .build();
            int[] answer = tokenizer.encodeWithSpecials("</think>\\boxed{}}");

            StopCondition.Scanner scanner =
                    greedy.sampling(1, 0).stopCondition().newScanner();
            assertThat(Arrays.stream(answer).anyMatch(scanner::endsWith)).isFalse();
            Rollout rollout = new Rollout(0, answer, new double[answer.length], FinishReason.STOP_TOKEN, 0);
            assertThat(((Prediction.Boxed) greedy.extractor().extract(rollout)).content())
                    .containsExactly('}');
        }
    }

    @Test
    void aTemplateThatClosesTheThoughtNeedsNoOtherEnd() {
        try (Tokenizer tokenizer = open(260)) {
            ChatTemplate closing = ChatTemplate.of("<|user|>{{ messages[0].content }}<|bot|>{{ start }}", null, null);
            ModelSource model = ModelSource.directory(folder);
            Reasoning open = asked(tokenizer, closing.with("start", ""));
            Reasoning closed = asked(tokenizer, closing.with("start", "<t></think>"));
            int[] answer = tokenizer.encodeWithSpecials("\\boxed{yes}");
            Rollout rollout = new Rollout(0, answer, new double[answer.length], FinishReason.STOP_CONDITION, 0);

            assertThat(open.extractor().extract(rollout)).isInstanceOf(Prediction.Missing.class);
            assertThat(open.notes()).isEmpty();
            assertThat(((Prediction.Boxed) closed.extractor().extract(rollout)).content())
                    .isEqualTo("yes".getBytes(StandardCharsets.UTF_8));
            StopCondition.Scanner scanner =
                    closed.sampling(1, 0).stopCondition().newScanner();
            for (int i = 0; i < answer.length; i++) {
                assertThat(scanner.endsWith(answer[i])).isEqualTo(i == answer.length - 1);
            }
            assertThat(closed.notes())
                    .singleElement()
                    .asString()
                    .contains("closes the thought")
                    .contains("enable_thinking");
        }
    }

    @Test
    void theDateThatATemplateWritesIsTold() {
        try (Tokenizer tokenizer = open(260)) {
            ChatTemplate dated = ChatTemplate.of("{{ messages[0].content }}{{ strftime_now('%d') }}", null, null)
                    .at(LocalDateTime.of(2031, 5, 6, 7, 8));
            Reasoning reasoning = asked(tokenizer, dated);
            assertThat(reasoning.notes()).singleElement().asString().contains("2031-05-06");
            assertThat(reasoning.prompts().prompt(new int[] {'a'})).containsExactly('?', 'a', '0', '6');
        }
    }

    @Test
    void aCompletionThatLeavesNoRoomIsRefused() {
        try (Tokenizer tokenizer = open(260)) {
            assertThatThrownBy(() -> reasoning(tokenizer, 29)).isInstanceOf(ContextOverflowException.class);
        }
    }

    @Test
    void aTokenizerOfAnotherModelIsRefused(@TempDir Path other) {
        ModelSource small = TinyModel.LLAMA.write(other);
        try (Tokenizer tokenizer = open(260)) {
            assertThatThrownBy(() -> Reasoning.of(small, tokenizer, NEXT, 5)).isInstanceOf(TokenizerException.class);
        }
    }
}
