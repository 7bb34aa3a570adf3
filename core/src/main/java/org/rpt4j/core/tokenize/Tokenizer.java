package org.rpt4j.core.tokenize;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.function.Function;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.model.format.SourceFiles;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokenizer of a model directory, from its {@code tokenizer.json}, or of a GGUF file: byte-level BPE, and SentencePiece-style BPE with
 * byte fallback, with the ids that the Hugging Face tokenizers library gives. No native code runs. Any other kind, and
 * every part of the file that is not understood exactly, is refused by name.
 *
 * <p>The concatenated bytes of {@code encode(text)} are the UTF-8 of the text after the tokenizer's own normalisation:
 * Qwen's applies NFC, and Llama's SentencePiece style adds one space before the text and treats U+2581 as a space. This
 * is checked for a few texts when a tokenizer is opened, and for every text that is encoded.
 *
 * <p>Corpus text cannot forge a marker. {@link #encode} does not recognise added tokens that are special or look like
 * markup, such as {@code </think>} and {@code <|im_end|>}: it encodes their characters like any others, and the bytes
 * stay the same. Added tokens that are text take no white space from around them there, and are ordinary text if the
 * tokenizer would add a space after each. {@link #encodeWithSpecials} recognises all added tokens as the library does,
 * and is only for templates. Neither adds tokens, truncates or pads.
 *
 * <p>Encoding ends with {@link org.rpt4j.api.error.OperationCancelledException} if the thread is interrupted, and with
 * {@link TokenizerException} if a text takes too much work in the regular expressions of the file.
 *
 * <p>Thread-safe. {@link #close()} is idempotent, and makes later encode calls throw {@link IllegalStateException};
 * methods that need only the vocabulary keep working.
 *
 * @since 0.1.0
 */
public final class Tokenizer implements TokenCodec, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tokenizer.class);

    // A control character is one byte token in every vocabulary with byte fallback, and merges with nothing.
    private static final String ANCHOR = "\u0001";

    // What every tokenizer must keep; all of it is in NFC.
    private static final List<String> PROBES = List.of(
            "a",
            "Hello, world! It's 12345.",
            " two  spaces\tand\n\n  lines\r\n",
            "\u00e9 \u0416 \u4e2d\u6587 \u0e01 \ud83d\ude00\ud83c\udffd \u0001 \ufffd");

    private final Path directory;
    private final Vocabulary vocabulary;
    private final TokenizerConfig config;
    private final TextEncoder textEncoder;
    private final TextEncoder templateEncoder;
    private final boolean prependsSpace;
    private final OptionalInt beginOfText;
    private volatile boolean closed;

    private Tokenizer(Path directory, TokenizerJson json, TokenizerConfig config) {
        this.directory = directory;
        this.config = config;
        this.vocabulary = Vocabulary.of(json);
        AddedTokenIds.requireConsistent(json);
        this.templateEncoder = TextEncoder.ofTemplates(json);
        this.textEncoder = templateEncoder.forText(vocabulary, vocabulary.textTokens(json));
        this.beginOfText = findBeginOfText(new PostProcessor(json, vocabulary).first());
        requireKeepsText();
        this.prependsSpace = new String(bytes(encode("a")), StandardCharsets.UTF_8).equals(" a");
    }

    /**
     * Opens the tokenizer of a model.
     *
     * @param model its directory, a GGUF file, or a file of it, such as an ONNX graph, with the tokenizer beside it or one
     *     level above
     * @throws TokenizerException if there is none, or it is malformed or of an unsupported kind
     * @throws org.rpt4j.api.error.ModelFormatException if a GGUF file is damaged
     */
    public static Tokenizer open(Path model) {
        Path directory = Files.isRegularFile(model) && !SourceFiles.isGguf(model) ? beside(model) : model;
        return new Tokenizer(directory, TokenizerJson.read(directory), TokenizerConfig.read(directory));
    }

    /** Exporters put the tokenizer beside a graph, or one level above it. */
    private static Path beside(Path file) {
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        Path above = directory.getParent();
        boolean isAbove = above != null
                && !Files.exists(directory.resolve(TokenizerJson.FILE))
                && Files.exists(above.resolve(TokenizerJson.FILE));
        return isAbove ? Objects.requireNonNull(above) : directory;
    }

    /**
     * Token ids of corpus text. Markers are encoded as ordinary text.
     *
     * @throws TokenizerException if the text has an unpaired surrogate, which has no bytes, if the tokens would have
     *     other bytes than the text, or if the vocabulary's own merges produce a special token or one that opens or ends
     *     a thought
     */
    @Override
    public int[] encode(String text) {
        int[] ids = encode(textEncoder, text);
        for (int id : ids) {
            if (vocabulary.steers(id)) {
                throw new TokenizerException("Tokenizer of " + directory + " encodes ordinary text to the marker \""
                        + decode(id) + "\" (id " + id + "), so text could forge it");
            }
        }
        return ids;
    }

    /** Token ids of template text; added tokens are recognised. */
    public int[] encodeWithSpecials(String text) {
        return encode(templateEncoder, text);
    }

    /**
     * Like {@link #encodeWithSpecials}, for a text that continues other tokens: without the space that some tokenizers
     * add at the start.
     */
    @Override
    public int[] encodeContinuation(String text) {
        return continuation(text, this::encodeWithSpecials);
    }

    /**
     * Like {@link #encode}, for a text that continues other tokens: without the space that some tokenizers add at the
     * start.
     *
     * @throws TokenizerException as {@link #encode}
     */
    public int[] encodeContinuedText(String text) {
        return continuation(text, this::encode);
    }

    private int[] continuation(String text, Function<String, int[]> encoding) {
        if (!prependsSpace) {
            return encoding.apply(text);
        }
        int[] ids = encoding.apply(ANCHOR + text);
        for (int i = 0; i < ids.length; i++) {
            if (Arrays.equals(vocabulary.bytes(ids[i]), ANCHOR.getBytes(StandardCharsets.UTF_8))) {
                return Arrays.copyOfRange(ids, i + 1, ids.length);
            }
        }
        throw new TokenizerException("Tokenizer of " + directory + " has no token for the byte 0x01, which is needed "
                + "to encode the continuation of a text");
    }

    /**
     * The text of the tokens for display: incomplete characters become U+FFFD. To compare tokens, use {@link #bytes}.
     */
    @Override
    public String decode(int... ids) {
        return new String(bytes(ids), StandardCharsets.UTF_8);
    }

    /**
     * Raw bytes of one token: its UTF-8 content for an added token, empty for an unused id, such as the padding of a
     * model's vocabulary. Not copied.
     */
    @Override
    public byte[] tokenBytes(int id) {
        return vocabulary.bytes(id);
    }

    /** Raw bytes of the tokens, concatenated. */
    @Override
    public byte[] bytes(int[] ids) {
        int length = 0;
        for (int id : ids) {
            length += vocabulary.bytes(id).length;
        }
        byte[] all = new byte[length];
        int position = 0;
        for (int id : ids) {
            byte[] token = vocabulary.bytes(id);
            System.arraycopy(token, 0, all, position, token.length);
            position += token.length;
        }
        return all;
    }

    /** The highest id of any token, including added tokens, plus one. */
    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The id of a vocabulary piece, or of an added token. */
    public OptionalInt idOf(String token) {
        return vocabulary.idOf(token);
    }

    /** The id of the added token with this content, if there is one. */
    public OptionalInt addedIdOf(String content) {
        return vocabulary.addedIdOf(content);
    }

    /**
     * The first known markers of a thought that are both added tokens; {@link ThoughtMarkers#THINK} if there are none.
     */
    public ThoughtMarkers thoughtMarkers() {
        return ThoughtMarkers.KNOWN.stream()
                .filter(known -> addedIdOf(known.start()).isPresent()
                        && addedIdOf(known.end()).isPresent())
                .findFirst()
                .orElse(ThoughtMarkers.THINK);
    }

    /**
     * The token that the model expects at the start of every sequence, if any: {@code bos_token} if
     * {@code add_bos_token} is set, and otherwise the token that the post-processor puts first.
     */
    @Override
    public OptionalInt beginOfText() {
        return beginOfText;
    }

    /** The token that ends a text or a turn: {@code eos_token}. */
    @Override
    public OptionalInt endOfText() {
        return config.endOfText() == null ? OptionalInt.empty() : vocabulary.idOf(config.endOfText());
    }

    /** The settings beside the vocabulary. */
    public TokenizerConfig config() {
        return config;
    }

    /**
     * Checks that a model's vocabulary is large enough. A larger one is padding and fine.
     *
     * @throws TokenizerException if the tokenizer has an id that the model lacks
     */
    public void requireFits(ModelDescription model) {
        if (vocabularySize() > model.vocabularySize()) {
            throw new TokenizerException("Tokenizer of " + directory + " has ids up to " + (vocabularySize() - 1)
                    + " but the model " + model.architecture() + " has a vocabulary of " + model.vocabularySize()
                    + ". Use the tokenizer that the model was trained with.");
        }
        if (vocabularySize() < model.vocabularySize()) {
            LOG.info(
                    "{} computes logits for {} ids, and its tokenizer has ids up to {}: the others are never sampled.",
                    model.architecture(),
                    model.vocabularySize(),
                    vocabularySize() - 1);
        }
    }

    @Override
    public void close() {
        closed = true;
    }

    private int[] encode(TextEncoder encoder, String text) {
        if (closed) {
            throw new IllegalStateException("the tokenizer of " + directory + " is closed");
        }
        if (Utf8.hasUnpairedSurrogate(text)) {
            throw new TokenizerException("A text of " + text.length()
                    + " characters has an unpaired surrogate, which has no bytes. Fix the text where it is read.");
        }
        return encoder.encode(text);
    }

    private void requireKeepsText() {
        for (String text : PROBES) {
            try {
                textEncoder.encode(text);
            } catch (TokenizerException e) {
                throw new TokenizerException(
                        "Tokenizer of " + directory + " cannot encode \"" + text + "\": " + e.getMessage(), e);
            }
        }
    }

    private OptionalInt findBeginOfText(OptionalInt ofPostProcessor) {
        Boolean wanted = config.addBeginOfText();
        if (wanted == null) {
            return ofPostProcessor;
        }
        if (!wanted) {
            return OptionalInt.empty();
        }
        String token = config.beginOfText();
        if (token == null || vocabulary.idOf(token).isEmpty()) {
            throw new TokenizerException("tokenizer_config.json of " + directory + " requests a begin-of-text token "
                    + "(add_bos_token) but bos_token " + token + " is not in the vocabulary");
        }
        return vocabulary.idOf(token);
    }
}
