package org.rpt4j.model.format.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.rpt4j.api.error.TokenizerException;

/**
 * How texts are split before byte-pair merges, by the name in {@code tokenizer.ggml.pre}. A file has the name alone; what it
 * means is in the {@code tokenizer.json} of the model that llama.cpp gave the name to, and is written so here. A name
 * that is not listed is refused: with another split, a text gets other tokens than in training.
 */
enum PreTokenizers {

    /** Llama 3. */
    LLAMA3(
            List.of("llama-bpe", "llama3", "llama-v3"),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            true),

    /** Qwen2, Qwen2.5 and Qwen3; they normalise to NFC. */
    QWEN2(
            List.of("qwen2"),
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*"
                    + "|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            false) {
        @Override
        boolean normalises() {
            return true;
        }
    },

    /** Mistral's tekken. */
    TEKKEN(
            List.of("tekken"),
            "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+"
                    + "|[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]+[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]*"
                    + "|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+",
            true),

    /** GPT-2. */
    GPT2(List.of("gpt-2"), "", false) {
        @Override
        ObjectNode json() {
            return byteLevel(true);
        }
    },

    /** SmolLM and SmolLM2: single digits, then as GPT-2. */
    SMOLLM(List.of("smollm"), "", false) {
        @Override
        ObjectNode json() {
            ObjectNode digits = node().put("type", "Digits").put("individual_digits", true);
            return sequence(digits, byteLevel(true));
        }
    },

    /** What llama.cpp does for files that say "default". */
    DEFAULT(List.of("default"), "", false) {
        @Override
        ObjectNode json() {
            return sequence(
                    split("[\\p{P}\\$\\+<=>\\^~\\|]+"),
                    split("'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+"),
                    split("\\p{N}+"),
                    split("[0-9][0-9][0-9]"),
                    byteLevel(false));
        }
    };

    private final List<String> names;
    private final String expression;
    private final boolean wholeWordsFirst;

    PreTokenizers(List<String> names, String expression, boolean wholeWordsFirst) {
        this.names = names;
        this.expression = expression;
        this.wholeWordsFirst = wholeWordsFirst;
    }

    /** @throws TokenizerException if the name is missing or not known */
    static PreTokenizers of(GgufMetadata metadata) {
        String key = GgufTokens.PRE;
        String name = metadata.has(key) ? metadata.text(key) : "";
        for (PreTokenizers known : values()) {
            if (known.names.contains(name)) {
                return known;
            }
        }
        throw new TokenizerException(metadata.file() + ": " + key + " is " + metadata.shown(key)
                + ", so it is not known how texts are split. Supported: "
                + Arrays.stream(values()).flatMap(known -> known.names.stream()).collect(Collectors.joining(", "))
                + ". Use a newer file, or the model's original checkpoint.");
    }

    /** Whether texts are normalised to NFC. */
    boolean normalises() {
        return false;
    }

    /** Whether a word that is a token is not merged; such models also begin every text with a token, unless the file denies it. */
    boolean wholeWordsFirst() {
        return wholeWordsFirst;
    }

    /** Returns the field {@code pre_tokenizer}. */
    ObjectNode json() {
        return sequence(split(expression), byteLevel(false));
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static ObjectNode sequence(ObjectNode... steps) {
        ObjectNode sequence = node().put("type", "Sequence");
        ArrayNode list = sequence.putArray("pretokenizers");
        Arrays.stream(steps).forEach(list::add);
        return sequence;
    }

    private static ObjectNode split(String expression) {
        ObjectNode split = node().put("type", "Split");
        split.putObject("pattern").put("Regex", expression);
        return split.put("behavior", "Isolated").put("invert", false);
    }

    private static ObjectNode byteLevel(boolean splits) {
        return node().put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", splits);
    }
}
