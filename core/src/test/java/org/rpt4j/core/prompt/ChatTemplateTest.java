package org.rpt4j.core.prompt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.LocalDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.tokenize.PublishedTokenizer;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.testdata.SharedData;

class ChatTemplateTest {

    @TempDir
    private Path directory;

    @Test
    void rendersOneMessageOfTheUser() {
        ChatTemplate template = ChatTemplate.of(
                "{{ bos_token }}{% for m in messages %}[{{ m.role }}] {{ m.content }}{{ eos_token }}{% endfor %}"
                        + "{{ add_generation_prompt }}{{ tools is none }}{{ strftime_now is defined }}",
                "<s>", null);
        assertThat(template.render("Hi\n{{ x }}")).isEqualTo("<s>[user] Hi\n{{ x }}TrueTrueFalse");
    }

    @Test
    void acceptsFurtherVariables() {
        ChatTemplate template = ChatTemplate.of("{{ enable_thinking is defined }}{{ enable_thinking }}", null, null);
        assertThat(template.render("")).isEqualTo("False");
        assertThat(template.with("enable_thinking", false).render("")).isEqualTo("TrueFalse");
    }

    @Test
    void readsTheSpecialTokensOfTheModel() {
        TinyTokenizers.put(
                directory,
                "tokenizer_config.json",
                "{\"bos_token\": {\"content\": \"<b>\"}, \"pad_token\": \"<p>\", \"unk_token\": {\"content\": \"<u>\"},"
                        + " \"chat_template\": \"{{ bos_token }}{{ pad_token }}{{ unk_token }}{{ sep_token }}\"}");
        assertThat(ChatTemplate.open(directory).orElseThrow().render("Hi")).isEqualTo("<b><p><u>");
    }

    @Test
    void dropsAByteOrderMark() {
        assertThat(ChatTemplate.of("\uFEFFa\uFEFF", null, null).render("")).isEqualTo("a\uFEFF");
        TinyTokenizers.put(directory, "chat_template.jinja", "\uFEFF{{ messages[0].content }}");
        assertThat(ChatTemplate.open(directory).orElseThrow().render("Hi")).isEqualTo("Hi");
    }

    @Test
    void theClockStandsStill() {
        ChatTemplate template = ChatTemplate.of("{{ strftime_now('%d %b %Y') }}", null, null);
        LocalDateTime start = LocalDateTime.of(2031, 5, 6, 23, 59);
        assertThat(template.at(start).render("")).isEqualTo("06 May 2031");
        assertThat(template.at(start).with("x", 1).time()).contains(start);
        assertThat(template.time()).isEmpty();
        assertThat(ChatTemplate.of("x", null, null).at(start).time()).isEmpty();
        assertThatThrownBy(() -> template.render("")).hasMessageContaining("strftime_now");
    }

    @Test
    void endsOnAnInterruptedThread() {
        ChatTemplate template = ChatTemplate.of("{% for i in range(9) %}{{ i }}{% endfor %}", null, null);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> template.render("Hi"))
                .isInstanceOf(OperationCancelledException.class)
                .hasMessageContaining("interrupted");
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void aModelMayHaveNone() {
        assertThat(ChatTemplate.open(directory)).isEmpty();
        TinyTokenizers.put(directory, "tokenizer_config.json", "{\"eos_token\": \"!\"}");
        assertThat(ChatTemplate.open(directory)).isEmpty();
        TinyTokenizers.put(directory, "chat_template.jinja", "{{ messages[0].content }}{{ eos_token }}\n");
        assertThat(ChatTemplate.open(directory).orElseThrow().render("Hi")).isEqualTo("Hi!");
    }

    @Test
    void malformedTemplatesAreNamed() {
        TinyTokenizers.put(directory, "chat_template.jinja", "\n{% nonsense %}");
        assertThatThrownBy(() -> ChatTemplate.open(directory))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("line 2: tag \"nonsense\" is not supported");
    }

    @Test
    void failingTemplatesAreNamed() {
        ChatTemplate template = ChatTemplate.of("{{ raise_exception('system first') }}", null, null);
        assertThatThrownBy(() -> template.render("Hi"))
                .isInstanceOf(TokenizerException.class)
                .hasMessageContaining("cannot be rendered")
                .hasMessageContaining("system first");
    }

    @Test
    void rendersTheTemplateOfQwen() {
        Path model = SharedData.require("tokenizers/qwen3");
        ChatTemplate template = ChatTemplate.open(model).orElseThrow();
        assertThat(template.render(" Hello\n"))
                .isEqualTo("<|im_start|>user\n Hello\n<|im_end|>\n<|im_start|>assistant\n");
        assertThat(template.with("enable_thinking", false).render("Hi"))
                .isEqualTo("<|im_start|>user\nHi<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n");
    }

    @Test
    void buildsThePromptOfQwen() {
        Path model = SharedData.require("tokenizers/qwen3");
        Tokenizer tokenizer = PublishedTokenizer.of("qwen3");
        Instruction instruction = new Instruction("bare", "{context}");
        PromptBuilder builder =
                new PromptBuilder(tokenizer, ChatTemplate.open(model).orElseThrow(), instruction, 1000, 100);
        int[] prompt = builder.prompt(tokenizer.encode("Hello"));
        // <|im_start|> user \n Hello <|im_end|> \n <|im_start|> assistant \n
        assertThat(prompt).containsExactly(151644, 872, 198, 9707, 151645, 198, 151644, 77091, 198);
        assertThat(tokenizer.decode(prompt)).isEqualTo("<|im_start|>user\nHello<|im_end|>\n<|im_start|>assistant\n");
    }
}
