package org.rpt4j.core.tokenize;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.api.error.TokenizerException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The tokenizer of a model directory, from its {@code tokenizer.json}. Encoding runs in the native tokenizers library;
 * the raw bytes of each token come from the vocabulary, for byte-level BPE and for SentencePiece-style BPE with byte
 * fallback. Any other kind is rejected by name.
 *
 * <p>The concatenated bytes of {@code encode(text)} are the UTF-8 of the text after the tokenizer's own normalisation:
 * Qwen's applies NFC, and Llama's SentencePiece style adds one space before the text and treats U+2581 as a space.
 *
 * <p>Corpus text cannot forge a marker. {@link #encode} does not recognise added tokens that are special or look like
 * markup, such as {@code </think>} and {@code <|im_end|>}: it encodes their characters like any others, and the bytes
 * stay the same. {@link #encodeWithSpecials} recognises them and is only for templates. Neither adds tokens, truncates
 * or pads.
 *
 * <p>Thread-safe. {@link #close()} waits for running encode calls, is idempotent, and makes later ones throw
 * {@link IllegalStateException}; methods that need only the vocabulary keep working.
 *
 * @since 0.1.0
 */
public final class Tokenizer implements TokenCodec, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Tokenizer.class);

    /** Opens a thought, if the vocabulary has it. */
    public static final String THINK_START = "<think>";

    /** Ends a thought, if the vocabulary has it. */
    public static final String THINK_END = "</think>";

    // A control character is one byte token in every vocabulary with byte fallback, and merges with nothing.
    private static final String ANCHOR = "\u0001";

    private final Path directory;
    private final Vocabulary vocabulary;
    private final TokenizerConfig config;
    private final NativeEncoder textEncoder;
    private final NativeEncoder templateEncoder;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private final boolean prependsSpace;
    private final OptionalInt beginOfText;
    private boolean closed;

    private Tokenizer(
            Path directory,
            Vocabulary vocabulary,
            TokenizerConfig config,
            NativeEncoder textEncoder,
            NativeEncoder templateEncoder) {
        this.directory = directory;
        this.vocabulary = vocabulary;
        this.config = config;
        this.textEncoder = textEncoder;
        this.templateEncoder = templateEncoder;
        this.prependsSpace = new String(bytes(encode("a")), StandardCharsets.UTF_8).equals(" a");
        this.beginOfText = findBeginOfText();
        vocabulary.addedTokens().forEach(this::requireSameId);
    }

    /**
     * Opens the tokenizer of a model directory.
     *
     * @throws TokenizerException if there is none, or it is malformed or of an unsupported kind
     */
    public static Tokenizer open(Path modelDirectory) {
        TokenizerJson json = TokenizerJson.read(modelDirectory);
        Vocabulary vocabulary = Vocabulary.of(json);
        TokenizerConfig config = TokenizerConfig.read(modelDirectory);
        NativeEncoder text = new NativeEncoder(json.withoutMarkers(), json.file());
        NativeEncoder template = null;
        try {
            template = new NativeEncoder(json.complete(), json.file());
            return new Tokenizer(modelDirectory, vocabulary, config, text, template);
        } catch (RuntimeException | Error e) {
            text.close();
            if (template != null) {
                template.close();
            }
            throw e;
        }
    }

    /**
     * Token ids of corpus text. Markers are encoded as ordinary text.
     *
     * @throws TokenizerException if the text has an unpaired surrogate, which has no bytes, or if the vocabulary's own
     *     merges produce a special token or one that opens or ends a thought
     */
    @Override
    public int[] encode(String text) {
        int[] ids = encode(textEncoder, text, false);
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
        return encode(templateEncoder, text, false);
    }

    /**
     * Like {@link #encodeWithSpecials}, for a text that continues other tokens: without the space that some tokenizers
     * add at the start.
     */
    @Override
    public int[] encodeContinuation(String text) {
        if (!prependsSpace) {
            return encodeWithSpecials(text);
        }
        int[] ids = encodeWithSpecials(ANCHOR + text);
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

    /** Number of bytes of a text inside a longer one, after the tokenizer's own normalisation. */
    public int byteLength(String text) {
        int length = bytes(encode(text)).length;
        return prependsSpace && length > 0 ? length - 1 : length;
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

    /** The id of the added token {@code </think>}, if there is one. */
    public OptionalInt thinkEnd() {
        return vocabulary.addedIdOf(THINK_END);
    }

    /** The id of the added token {@code <think>}, if there is one. */
    public OptionalInt thinkStart() {
        return vocabulary.addedIdOf(THINK_START);
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
        lock.writeLock().lock();
        try {
            if (!closed) {
                closed = true;
                textEncoder.close();
                templateEncoder.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private int[] encode(NativeEncoder encoder, String text, boolean addSpecialTokens) {
        if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
            throw new TokenizerException("A text of " + text.length()
                    + " characters has an unpaired surrogate, which has no bytes. Fix the text where it is read.");
        }
        lock.readLock().lock();
        try {
            if (closed) {
                throw new IllegalStateException("the tokenizer of " + directory + " is closed");
            }
            return encoder.encode(text, addSpecialTokens);
        } finally {
            lock.readLock().unlock();
        }
    }

    /** The native library numbers added tokens itself, and only logs a message if the file has other ids. */
    private void requireSameId(int id, String content) {
        int[] found = encodeWithSpecials(content);
        if (found.length == 1 && found[0] != id) {
            throw new TokenizerException("tokenizer.json of " + directory + " gives the added token \"" + content
                    + "\" the id " + id + ", but the tokenizers library makes it " + found[0]
                    + ": added tokens must follow the vocabulary without gaps");
        }
    }

    private OptionalInt findBeginOfText() {
        Boolean wanted = config.addBeginOfText();
        if (wanted == null) {
            // Without tokens if the vocabulary has no piece for the letter.
            int[] ids = encode(templateEncoder, "a", true);
            return ids.length > 0 && vocabulary.steers(ids[0]) ? OptionalInt.of(ids[0]) : OptionalInt.empty();
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
