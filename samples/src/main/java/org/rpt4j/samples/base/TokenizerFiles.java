package org.rpt4j.samples.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/** Writes the {@code tokenizer.json} and {@code tokenizer_config.json} of a Hugging Face model directory. */
public final class TokenizerFiles {

    /** Ends every text and pads batches. */
    public static final String END_OF_TEXT = "<|endoftext|>";

    /** Precedes the user's text. */
    public static final String USER = "<|user|>";

    /** Precedes the model's text. */
    public static final String ASSISTANT = "<|assistant|>";

    /** Opens the thought. */
    public static final String THINK = "<think>";

    /** Closes the thought. */
    public static final String END_OF_THINK = "</think>";

    /** All special tokens, in the order of their ids. */
    public static final List<String> SPECIAL_TOKENS = List.of(END_OF_TEXT, USER, ASSISTANT, THINK, END_OF_THINK);

    private static final String CHAT_TEMPLATE = "{% for message in messages %}" + USER + "{{ message['content'] }}"
            + "{% endfor %}{% if add_generation_prompt %}" + ASSISTANT + THINK + "{% endif %}";

    private TokenizerFiles() {}

    /**
     * Writes both files.
     *
     * @param vocabulary a vocabulary with the {@link #SPECIAL_TOKENS}
     * @param folder directory to write; created if missing
     * @param longestText context length of the model in tokens
     * @throws IOException if a file cannot be written
     */
    public static void write(BpeVocabulary vocabulary, Path folder, int longestText) throws IOException {
        if (!vocabulary.specialTokens().equals(SPECIAL_TOKENS)) {
            throw new IllegalArgumentException("The vocabulary must have the special tokens " + SPECIAL_TOKENS
                    + " but has " + vocabulary.specialTokens());
        }
        if (longestText < 1) {
            throw new IllegalArgumentException("The context length must be at least one token, not " + longestText);
        }
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizer(vocabulary));
        Files.writeString(folder.resolve("tokenizer_config.json"), config(longestText));
    }

    private static String tokenizer(BpeVocabulary vocabulary) {
        return """
            {
              "version": "1.0",
              "truncation": null,
              "padding": null,
              "added_tokens": [
            %s
              ],
              "normalizer": null,
              "pre_tokenizer": {
                "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true
              },
              "post_processor": null,
              "decoder": {
                "type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": true
              },
              "model": {
                "type": "BPE",
                "dropout": null,
                "unk_token": null,
                "continuing_subword_prefix": null,
                "end_of_word_suffix": null,
                "fuse_unk": false,
                "byte_fallback": false,
                "vocab": {
            %s
                },
                "merges": [
            %s
                ]
              }
            }
            """.formatted(addedTokens(vocabulary), entries(vocabulary), merges(vocabulary));
    }

    private static String addedTokens(BpeVocabulary vocabulary) {
        StringJoiner lines = new StringJoiner(",\n");
        for (int id = 0; id < vocabulary.specialTokens().size(); id++) {
            lines.add(String.format(
                    Locale.ROOT,
                    "    {\"id\": %d, \"content\": %s, \"single_word\": false, \"lstrip\": false, \"rstrip\": false,"
                            + " \"normalized\": false, \"special\": true}",
                    id,
                    quoted(vocabulary.tokens().get(id))));
        }
        return lines.toString();
    }

    private static String entries(BpeVocabulary vocabulary) {
        StringJoiner lines = new StringJoiner(",\n");
        for (int id = 0; id < vocabulary.tokens().size(); id++) {
            lines.add(String.format(
                    Locale.ROOT, "      %s: %d", quoted(vocabulary.tokens().get(id)), id));
        }
        return lines.toString();
    }

    private static String merges(BpeVocabulary vocabulary) {
        StringJoiner lines = new StringJoiner(",\n");
        vocabulary.merges().forEach(merge -> lines.add("      " + quoted(merge.left() + " " + merge.right())));
        return lines.toString();
    }

    private static String config(int longestText) {
        return String.format(Locale.ROOT, """
            {
              "tokenizer_class": "PreTrainedTokenizerFast",
              "model_max_length": %1$d,
              "add_prefix_space": false,
              "clean_up_tokenization_spaces": false,
              "bos_token": %2$s,
              "eos_token": %2$s,
              "pad_token": %2$s,
              "chat_template": %3$s
            }
            """, longestText, quoted(END_OF_TEXT), quoted(CHAT_TEMPLATE));
    }

    /** Returns a JSON string; there are no control characters here, so only quotes and backslashes need escapes. */
    private static String quoted(String value) {
        return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
