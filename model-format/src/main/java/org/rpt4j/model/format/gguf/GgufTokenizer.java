package org.rpt4j.model.format.gguf;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.OptionalInt;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.TokenizerException;

/**
 * Makes {@code tokenizer.json} and {@code tokenizer_config.json} from a vocabulary: byte-level BPE ({@code gpt2}), and
 * SentencePiece with byte fallback ({@code llama}). Stateless.
 */
final class GgufTokenizer {

    private static final String BYTE_LEVEL = "gpt2";
    private static final String SENTENCE_PIECE = "llama";
    private static final String SPACE = "\u2581";

    private static final String ADD_BOS = "tokenizer.ggml.add_bos_token";
    private static final String ADD_SPACE = "tokenizer.ggml.add_space_prefix";
    private static final String CHAT_TEMPLATE = "tokenizer.chat_template";

    private final GgufTokens tokens;
    private final GgufMetadata metadata;
    private final boolean bytes;

    private GgufTokenizer(GgufTokens tokens) {
        this.tokens = tokens;
        this.metadata = tokens.metadata();
        String model = metadata.text(GgufTokens.MODEL);
        if (!model.equals(BYTE_LEVEL) && !model.equals(SENTENCE_PIECE)) {
            throw new TokenizerException(metadata.file() + ": " + GgufTokens.MODEL + " is " + GgufMetadata.quoted(model)
                    + ". Supported: " + BYTE_LEVEL + " (byte-level BPE), " + SENTENCE_PIECE + " (SentencePiece)");
        }
        this.bytes = model.equals(BYTE_LEVEL);
    }

    static ObjectNode json(GgufTokens tokens) {
        try {
            return new GgufTokenizer(tokens).json();
        } catch (ModelFormatException e) {
            throw new TokenizerException(e.getMessage(), e);
        }
    }

    static ObjectNode config(GgufTokens tokens) {
        try {
            return new GgufTokenizer(tokens).config();
        } catch (ModelFormatException e) {
            throw new TokenizerException(e.getMessage(), e);
        }
    }

    private ObjectNode json() {
        if (metadata.flagOr("tokenizer.ggml.remove_extra_whitespaces", false)) {
            throw metadata.unexpected("tokenizer.ggml.remove_extra_whitespaces", "false: a text keeps its spaces");
        }
        if (metadata.has("tokenizer.ggml.precompiled_charsmap")) {
            throw metadata.unexpected("tokenizer.ggml.precompiled_charsmap", "none: the map is not applied");
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode().put("version", "1.0");
        json.putNull("truncation").putNull("padding");
        addedTokens(json.putArray("added_tokens"));
        if (bytes) {
            byteLevel(json);
        } else {
            sentencePiece(json);
        }
        postProcessor(json);
        return json;
    }

    private static boolean isAdded(GgufTokens.Type type) {
        return type == GgufTokens.Type.CONTROL
                || type == GgufTokens.Type.UNKNOWN
                || type == GgufTokens.Type.USER_DEFINED;
    }

    private void addedTokens(ArrayNode list) {
        for (int id = 0; id < tokens.size(); id++) {
            if (isAdded(tokens.type(id))) {
                list.addObject()
                        .put("id", id)
                        .put("content", tokens.piece(id))
                        .put("single_word", false)
                        .put("lstrip", false)
                        .put("rstrip", false)
                        .put("normalized", false)
                        .put("special", tokens.type(id) != GgufTokens.Type.USER_DEFINED);
            }
        }
    }

    /**
     * Puts the pieces into the model. Added tokens that follow them without a gap are not pieces, as in the files of Hugging
     * Face, so that no word of a text becomes one.
     */
    private void vocabulary(ObjectNode vocabulary, boolean withAdded) {
        int last = -1;
        boolean gap = false;
        boolean gapBehind = false;
        for (int id = 0; id < tokens.size(); id++) {
            GgufTokens.Type type = tokens.type(id);
            gap |= type == GgufTokens.Type.UNUSED;
            if (type != GgufTokens.Type.UNUSED && !isAdded(type)) {
                last = id;
                gapBehind = gap;
            } else if (isAdded(type) && gap) {
                gapBehind = true;
            }
        }
        for (int id = 0; id < tokens.size(); id++) {
            if (tokens.type(id) != GgufTokens.Type.UNUSED && (id <= last || withAdded || gapBehind)) {
                vocabulary.put(tokens.piece(id), id);
            }
        }
    }

    private void byteLevel(ObjectNode json) {
        PreTokenizers split = PreTokenizers.of(metadata);
        if (split.normalises()) {
            json.putObject("normalizer").put("type", "NFC");
        } else {
            json.putNull("normalizer");
        }
        json.set("pre_tokenizer", split.json());
        json.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", true)
                .put("trim_offsets", true)
                .put("use_regex", true);
        ObjectNode model = model(json);
        model.putNull("unk_token")
                .put("fuse_unk", false)
                .put("byte_fallback", false)
                .put("ignore_merges", split.wholeWordsFirst());
        vocabulary(model.putObject("vocab"), false);
        ArrayNode merges = model.putArray("merges");
        for (String merge : metadata.texts(GgufTokens.MERGES)) {
            int space = merge.indexOf(' ', 1);
            if (space < 0 || space == merge.length() - 1 || merge.indexOf(' ', space + 1) >= 0) {
                throw new TokenizerException(metadata.file() + ": the merge " + merges.size() + ", "
                        + GgufMetadata.quoted(merge) + ", is not two pieces with a space between them");
            }
            merges.addArray().add(merge.substring(0, space)).add(merge.substring(space + 1));
        }
    }

    private void sentencePiece(ObjectNode json) {
        boolean prefix = metadata.flagOr(ADD_SPACE, true);
        ArrayNode normalizers =
                json.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        if (prefix) {
            normalizers.addObject().put("type", "Prepend").put("prepend", SPACE);
        }
        replacement(normalizers, " ", SPACE);
        json.putNull("pre_tokenizer");
        ArrayNode decoders = json.putObject("decoder").put("type", "Sequence").putArray("decoders");
        replacement(decoders, SPACE, " ");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        if (prefix) {
            decoders.addObject()
                    .put("type", "Strip")
                    .put("content", " ")
                    .put("start", 1)
                    .put("stop", 0);
        }
        ObjectNode model = model(json);
        OptionalInt unknown = special("unknown", 0);
        if (unknown.isPresent()) {
            model.put("unk_token", tokens.piece(unknown.getAsInt()));
        } else {
            model.putNull("unk_token");
        }
        model.put("fuse_unk", true).put("byte_fallback", true).put("ignore_merges", false);
        vocabulary(model.putObject("vocab"), true);
        ArrayNode merges = model.putArray("merges");
        for (List<String> halves : ScoredMerges.of(tokens)) {
            merges.addArray().add(halves.get(0)).add(halves.get(1));
        }
    }

    private static ObjectNode model(ObjectNode json) {
        ObjectNode model = json.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        return model;
    }

    private static void replacement(ArrayNode steps, String from, String to) {
        ObjectNode replace = steps.addObject().put("type", "Replace");
        replace.putObject("pattern").put("String", from);
        replace.put("content", to);
    }

    private void postProcessor(ObjectNode json) {
        if (!beginsTexts()) {
            json.putNull("post_processor");
            return;
        }
        int id = beginOfText();
        String token = tokens.piece(id);
        ObjectNode template = json.putObject("post_processor").put("type", "TemplateProcessing");
        sequence(template.putArray("single"), token, "A", 0);
        ArrayNode pair = template.putArray("pair");
        sequence(pair, token, "A", 0);
        sequence(pair, token, "B", 1);
        ObjectNode entry = template.putObject("special_tokens").putObject(token).put("id", token);
        entry.putArray("ids").add(id);
        entry.putArray("tokens").add(token);
    }

    private static void sequence(ArrayNode list, String token, String name, int type) {
        list.addObject().putObject("SpecialToken").put("id", token).put("type_id", type);
        list.addObject().putObject("Sequence").put("id", name).put("type_id", type);
    }

    /** Unless the file says it, SentencePiece vocabularies begin every text with a token, and of the others those of llama.cpp's list. */
    private boolean beginsTexts() {
        return metadata.flagOr(ADD_BOS, !bytes || PreTokenizers.of(metadata).wholeWordsFirst());
    }

    private int beginOfText() {
        return special("bos", 1)
                .orElseThrow(() -> new TokenizerException(metadata.file()
                        + " begins every text with a token, but tokenizer.ggml.bos_token_id does not say with which"));
    }

    /** A special id; SentencePiece vocabularies have some at their usual places. */
    private OptionalInt special(String name, int usual) {
        OptionalInt found = tokens.special(name);
        boolean atUsual = !bytes
                && usual >= 0
                && usual < tokens.size()
                && (tokens.type(usual) == GgufTokens.Type.CONTROL || tokens.type(usual) == GgufTokens.Type.UNKNOWN);
        return found.isEmpty() && atUsual ? OptionalInt.of(usual) : found;
    }

    private ObjectNode config() {
        ObjectNode config = JsonNodeFactory.instance
                .objectNode()
                .put("tokenizer_class", "PreTrainedTokenizerFast")
                .put("clean_up_tokenization_spaces", false)
                .put("add_bos_token", beginsTexts());
        put(config, "bos_token", special("bos", 1));
        put(config, "eos_token", special("eos", 2));
        put(config, "unk_token", special("unknown", 0));
        put(config, "pad_token", tokens.special("padding"));
        if (metadata.has(CHAT_TEMPLATE)) {
            config.put("chat_template", metadata.text(CHAT_TEMPLATE));
        }
        return config;
    }

    private void put(ObjectNode config, String name, OptionalInt id) {
        id.ifPresent(token -> config.put(name, tokens.piece(token)));
    }
}
