package org.rpt4j.core.tokenize;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Writes small tokenizers of both supported kinds, complete enough for the native library. */
public final class TinyTokenizers {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private TinyTokenizers() {}

    /**
     * Byte-level BPE. Id b is the byte b; then come the pieces, each merged byte by byte from the left if the
     * vocabulary has the halves; then the added tokens, all special except {@code <think>} and {@code </think>}.
     */
    public static Path byteLevel(Path directory, List<String> pieces, List<String> addedTokens) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0");
        root.putNull("normalizer");
        root.putObject("pre_tokenizer")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false);
        root.putNull("post_processor");
        root.putObject("decoder")
                .put("type", "ByteLevel")
                .put("add_prefix_space", false)
                .put("trim_offsets", true)
                .put("use_regex", false);
        ObjectNode model = model(root);
        ObjectNode vocabulary = model.putObject("vocab");
        ArrayNode merges = model.putArray("merges");
        for (int b = 0; b < 256; b++) {
            vocabulary.put(written(new byte[] {(byte) b}), b);
        }
        for (String piece : pieces) {
            String whole = written(piece.getBytes(StandardCharsets.UTF_8));
            String head = whole.substring(0, whole.length() - 1);
            if (vocabulary.has(head)) {
                merges.add(head + " " + whole.charAt(whole.length() - 1));
            }
            vocabulary.put(whole, vocabulary.size());
        }
        addTokens(root, addedTokens, vocabulary.size());
        return write(directory, root);
    }

    /** Byte-level BPE in which one added token has the id of a piece. */
    static Path byteLevelWithAdded(Path directory, List<String> pieces, String content, int id) {
        byteLevel(directory, pieces, List.of());
        return edit(directory, root -> addTokens(root, List.of(content), id));
    }

    /** Adds one more token, with the id of its piece or else the next one. */
    static Path addToken(Path directory, String content, Consumer<ObjectNode> flags) {
        return edit(directory, root -> {
            JsonNode vocabulary = root.at("/model/vocab");
            ArrayNode added = (ArrayNode) root.path("added_tokens");
            int next = vocabulary.size();
            for (JsonNode token : added) {
                next = Math.max(next, token.path("id").intValue() + 1);
            }
            flags.accept(token(added, content, vocabulary.path(content).asInt(next)));
        });
    }

    /** Changes a written tokenizer. */
    static Path edit(Path directory, Consumer<ObjectNode> change) {
        try {
            ObjectNode root = (ObjectNode)
                    JSON.readTree(directory.resolve("tokenizer.json").toFile());
            change.accept(root);
            return write(directory, root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SentencePiece-style BPE as Llama has it: markers 0..2, bytes 3..258, then pieces in which U+2581 is a space. */
    public static Path sentencePiece(Path directory, List<String> pieces) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0");
        ArrayNode normalizers =
                root.putObject("normalizer").put("type", "Sequence").putArray("normalizers");
        normalizers.addObject().put("type", "Prepend").put("prepend", "\u2581");
        normalizers
                .addObject()
                .put("type", "Replace")
                .put("content", "\u2581")
                .putObject("pattern")
                .put("String", " ");
        root.putNull("pre_tokenizer");
        ArrayNode single = root.putObject("post_processor")
                .put("type", "TemplateProcessing")
                .putArray("single");
        single.addObject().putObject("SpecialToken").put("id", "<s>").put("type_id", 0);
        single.addObject().putObject("Sequence").put("id", "A").put("type_id", 0);
        ObjectNode processor = (ObjectNode) root.get("post_processor");
        processor.putArray("pair");
        ObjectNode begin =
                processor.putObject("special_tokens").putObject("<s>").put("id", "<s>");
        begin.putArray("ids").add(1);
        begin.putArray("tokens").add("<s>");
        ArrayNode decoders = root.putObject("decoder").put("type", "Sequence").putArray("decoders");
        decoders.addObject()
                .put("type", "Replace")
                .put("content", " ")
                .putObject("pattern")
                .put("String", "\u2581");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        decoders.addObject()
                .put("type", "Strip")
                .put("content", " ")
                .put("start", 1)
                .put("stop", 0);
        ObjectNode model = model(root);
        model.put("unk_token", "<unk>").put("fuse_unk", true).put("byte_fallback", true);
        ObjectNode vocabulary = model.putObject("vocab");
        ArrayNode merges = model.putArray("merges");
        List.of("<unk>", "<s>", "</s>").forEach(marker -> vocabulary.put(marker, vocabulary.size()));
        for (int b = 0; b < 256; b++) {
            vocabulary.put(String.format("<0x%02X>", b), vocabulary.size());
        }
        for (String piece : pieces) {
            String head = piece.substring(0, piece.length() - 1);
            if (vocabulary.has(head)) {
                merges.add(head + " " + piece.charAt(piece.length() - 1));
            }
            vocabulary.put(piece, vocabulary.size());
        }
        addTokens(root, List.of("<unk>", "<s>", "</s>"), 0);
        return write(directory, root);
    }

    /** Writes a file beside the tokenizer. */
    public static void put(Path directory, String file, String content) {
        try {
            Files.writeString(Files.createDirectories(directory).resolve(file), content);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes in the byte-level alphabet, as defined by GPT-2's encoder. */
    private static String written(byte[] bytes) {
        StringBuilder text = new StringBuilder();
        for (byte signed : bytes) {
            int b = signed & 0xFF;
            int shifted = 0;
            for (int lower = 0; lower < b; lower++) {
                shifted += printable(lower) ? 0 : 1;
            }
            text.append((char) (printable(b) ? b : 0x100 + shifted));
        }
        return text.toString();
    }

    private static boolean printable(int b) {
        return (b > 32 && b < 127) || (b > 160 && b != 173);
    }

    private static ObjectNode model(ObjectNode root) {
        ObjectNode model = root.putObject("model").put("type", "BPE");
        model.putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        return model.put("fuse_unk", false).put("byte_fallback", false);
    }

    private static void addTokens(ObjectNode root, List<String> contents, int firstId) {
        ArrayNode added = root.putArray("added_tokens");
        for (int i = 0; i < contents.size(); i++) {
            token(added, contents.get(i), firstId + i);
        }
    }

    private static ObjectNode token(ArrayNode added, String content, int id) {
        return added.addObject()
                .put("id", id)
                .put("content", content)
                .put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", !content.endsWith("think>") && !content.isBlank());
    }

    private static Path write(Path directory, ObjectNode root) {
        put(directory, "tokenizer.json", root.toPrettyString());
        return directory;
    }
}
