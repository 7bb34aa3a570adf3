package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Small tokenizers with the normalizers and pre-tokenizers of well-known families. */
final class SampleTokenizers {

    private static final String LLAMA3 =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?\\\\p{L}+|\\\\p{N}{1,3}"
                    + "| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+";
    private static final String CL100K = "'(?i:[sdmt]|ll|ve|re)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?+\\\\p{L}+|\\\\p{N}{1,3}"
            + "| ?[^\\\\s\\\\p{L}\\\\p{N}]++[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]|\\\\s+(?!\\\\S)|\\\\s+";
    private static final String UPPER_LOWER =
            "[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?[\\\\p{Lu}\\\\p{Lt}\\\\p{Lm}\\\\p{Lo}\\\\p{M}]*"
                    + "[\\\\p{Ll}\\\\p{Lm}\\\\p{Lo}\\\\p{M}]+(?i:'s|'ll)?|[\\\\p{Lu}\\\\p{Lo}\\\\p{M}]+|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{N}]+[\\\\r\\\\n/]*"
                    + "|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+";
    private static final String BRANCHY = "(?=(\\\\d{3})+(?!\\\\d))\\\\d{3}|(?<!x)y+?z|(?:ab|a)+b|(?>a+|b)c|^th|e$"
            + "|[a-z&&[^aeiou]]{2,3}|\\\\x{1F600}|[^\\\\W\\\\d_]+|\\\\s{2,}";

    private static final String BYTES =
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"trim_offsets\":true," + "\"use_regex\":false}";
    private static final String GPT2 = BYTES.replace("\"use_regex\":false", "\"use_regex\":true");

    /** A variant of a byte-level tokenizer. */
    enum ByteLevel {
        GPT2("null", SampleTokenizers.GPT2, false),
        NO_EXPRESSION("null", BYTES, false),
        SPACE_BEFORE("null", SampleTokenizers.GPT2.replace("prefix_space\":false", "prefix_space\":true"), false),
        QWEN(normalizer("NFC"), sequence(split(LLAMA3, "Isolated", false), BYTES), false),
        LLAMA_3("null", sequence(split(LLAMA3, "Isolated", false), BYTES), true),
        CL100K("null", sequence(split(SampleTokenizers.CL100K, "Removed", true), BYTES), false),
        UPPER_LOWER(normalizer("NFKC"), sequence(split(SampleTokenizers.UPPER_LOWER, "Isolated", false), BYTES), false),
        DIGITS("null", sequence("{\"type\":\"Digits\",\"individual_digits\":true}", SampleTokenizers.GPT2), false),
        FALCON(
                normalizer("NFD"),
                sequence(
                        "{\"type\":\"Punctuation\",\"behavior\":\"Contiguous\"}",
                        SampleTokenizers.GPT2,
                        "{\"type\":\"Digits\",\"individual_digits\":false}",
                        split("[0-9][0-9][0-9]", "Isolated", false)),
                false),
        DEEPSEEK(
                "null",
                sequence(
                        split("[\\\\r\\\\n]", "Isolated", false),
                        split("\\\\s?\\\\p{L}+", "Isolated", false),
                        split("\\\\s+$", "Isolated", false),
                        split("[\u4e00-\u9fa5]+", "Isolated", false),
                        BYTES),
                false),
        BRANCHY(normalizer("NFKD"), sequence(split(SampleTokenizers.BRANCHY, "MergedWithNext", false), BYTES), false),
        CONTIGUOUS("null", sequence(split("\\\\s|\\\\d", "Contiguous", false), BYTES), false),
        PREVIOUS("null", sequence(split("\\\\s", "MergedWithPrevious", false), BYTES), false);

        private final String normalizer;
        private final String preTokenizer;
        private final boolean ignoresMerges;

        ByteLevel(String normalizer, String preTokenizer, boolean ignoresMerges) {
            this.normalizer = normalizer;
            this.preTokenizer = preTokenizer;
            this.ignoresMerges = ignoresMerges;
        }

        Path write(Path directory) {
            TinyTokenizers.byteLevel(
                    directory,
                    chains(
                            " the",
                            "'s",
                            "1234",
                            "\u4e2d\u6587",
                            "\n\n",
                            "        ",
                            " do",
                            "n't",
                            "aaaaaaaa",
                            "\u00e9"),
                    List.of("<|endoftext|>", "<think>", "</think>", "   "));
            return TinyTokenizers.edit(directory, root -> {
                root.set("normalizer", json(normalizer));
                root.set("pre_tokenizer", json(preTokenizer));
                ((ObjectNode) root.path("model")).put("ignore_merges", ignoresMerges);
            });
        }
    }

    /** A variant of a SentencePiece-style tokenizer. */
    enum SentencePiece {
        LLAMA_2("null", "null"),
        GEMMA(
                "{\"type\":\"Replace\",\"pattern\":{\"String\":\" \"},\"content\":\"\u2581\"}",
                "{\"type\":\"Split\",\"pattern\":{\"String\":\" \"},\"behavior\":\"MergedWithPrevious\",\"invert\":false}"),
        ALWAYS("null", metaspace("always", true)),
        FIRST("null", metaspace("first", false)),
        NEVER("null", metaspace("never", true));

        private final String normalizer;
        private final String preTokenizer;

        SentencePiece(String normalizer, String preTokenizer) {
            this.normalizer = normalizer;
            this.preTokenizer = preTokenizer;
        }

        Path write(Path directory) {
            List<String> pieces = new ArrayList<>(List.of("\u2581", "t", "h", "e", "a", "1", "\u4e2d", "\n"));
            pieces.addAll(chains("\u2581the", "\u2581\u2581\u2581\u2581", "aaaaaaaa", "11", "\n\n"));
            TinyTokenizers.sentencePiece(directory, pieces.stream().distinct().toList());
            return TinyTokenizers.edit(directory, root -> {
                if (this != LLAMA_2) {
                    root.set("normalizer", json(normalizer));
                    root.set("pre_tokenizer", json(preTokenizer));
                }
            });
        }
    }

    private SampleTokenizers() {}

    /** The beginnings of words, so that each merges from the left. */
    private static List<String> chains(String... words) {
        List<String> pieces = new ArrayList<>();
        for (String word : words) {
            for (int end = 2; end <= word.length(); end++) {
                pieces.add(word.substring(0, end));
            }
        }
        return pieces.stream().distinct().toList();
    }

    private static String normalizer(String type) {
        return "{\"type\":\"" + type + "\"}";
    }

    private static String sequence(String... steps) {
        return "{\"type\":\"Sequence\",\"pretokenizers\":[" + String.join(",", steps) + "]}";
    }

    private static String split(String expression, String behavior, boolean inverted) {
        return "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + expression + "\"},\"behavior\":\"" + behavior
                + "\",\"invert\":" + inverted + "}";
    }

    private static String metaspace(String scheme, boolean split) {
        return "{\"type\":\"Metaspace\",\"replacement\":\"\u2581\",\"prepend_scheme\":\"" + scheme + "\",\"split\":"
                + split + "}";
    }

    private static JsonNode json(String source) {
        try {
            return JsonMapper.builder().build().readTree(source);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
