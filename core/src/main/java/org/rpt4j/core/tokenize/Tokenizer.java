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

/**
 * The tokenizer of a model directory, from its {@code tokenizer.json}. Encoding runs in the native tokenizers library;
 * the raw bytes of each token come from the vocabulary, for byte-level BPE and for SentencePiece-style BPE with byte
 * fallback. Any other kind is refused by name.
 *
 * <p>The concatenated bytes of {@code encode(text)} are the UTF-8 of the text after the tokenizer's own normalisation:
 * Qwen's applies NFC, and Llama's SentencePiece style puts one space before the text and takes U+2581 for a space.
 *
 * <p>Corpus text cannot forge a marker. Added tokens that are special or are written like markup, such as
 * {@code </think>} and {@code <|im_end|>}, are not recognised by {@link #encode}: their characters are encoded as any
 * others, and the bytes stay the same. {@link #encodeWithSpecials} recognises them and is for templates alone. Neither
 * adds a token of its own, truncates or pads.
 *
 * <p>Thread-safe. {@link #close()} waits for calls that encode, is idempotent, and makes later ones throw
 * {@link IllegalStateException}; what needs only the vocabulary goes on working.
 */
public final class Tokenizer implements TokenCodec, AutoCloseable {

    /** Opens a thought where the vocabulary has it. */
    public static final String THINK_START = "<think>";

    /** Ends a thought where the vocabulary has it. */
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
     * @throws TokenizerException if there is none, or it is malformed or of a kind that is not supported
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
     * Ids of a text of the corpus. No marker is recognised.
     *
     * @throws TokenizerException if the text has an unpaired surrogate, which has no bytes, or if the merges of the
     *     vocabulary themselves lead to a special token or to one that opens or ends a thought
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

    /** Ids of the text of a template, whose added tokens are recognised. */
    public int[] encodeWithSpecials(String text) {
        return encode(templateEncoder, text, false);
    }

    /**
     * As {@link #encodeWithSpecials}, for a text that goes on where other tokens end: without the space that some
     * tokenizers put before a text.
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
        throw new TokenizerException("Tokenizer of " + directory + " has no token for the byte 0x01, by which the "
                + "continuation of a text is told from its beginning");
    }

    /** The text of tokens, for people: incomplete characters become U+FFFD. Compare {@link #bytes} instead. */
    @Override
    public String decode(int... ids) {
        return new String(bytes(ids), StandardCharsets.UTF_8);
    }

    /**
     * Raw bytes of one token: its UTF-8 content for an added token, empty for an id that no token has, such as the
     * padding of a model's vocabulary. Not copied.
     */
    public byte[] tokenBytes(int id) {
        return vocabulary.bytes(id);
    }

    /** Raw bytes of tokens, end to end. */
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

    /** Bytes that a text takes inside a longer one, after the tokenizer's own normalisation. */
    public int byteLength(String text) {
        int length = bytes(encode(text)).length;
        return prependsSpace && length > 0 ? length - 1 : length;
    }

    /** The highest id of any token, added ones included, plus one. */
    @Override
    public int vocabularySize() {
        return vocabulary.size();
    }

    /** The id of a piece as the vocabulary writes it, or of an added token. */
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
     * The token that the model wants at the start of every sequence, if it wants one: {@code bos_token} where
     * {@code add_bos_token} says so, and otherwise what the post-processor puts first.
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

    /** What stands beside the vocabulary. */
    public TokenizerConfig config() {
        return config;
    }

    /**
     * Refuses a model whose vocabulary is too small. A larger one is padding and fine.
     *
     * @throws TokenizerException if the tokenizer has an id that the model lacks
     */
    public void requireFits(ModelDescription model) {
        if (vocabularySize() > model.vocabularySize()) {
            throw new TokenizerException("Tokenizer of " + directory + " has ids up to " + (vocabularySize() - 1)
                    + " but the model " + model.architecture() + " has a vocabulary of " + model.vocabularySize()
                    + ". Use the tokenizer that the model was trained with.");
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
                    + " characters has an unpaired surrogate, which has no bytes. Repair it where it is read.");
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

    /** The native library numbers added tokens by itself, and only says so in a log if the file has other ids. */
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
            // No token at all where the vocabulary has no piece for the letter.
            int[] ids = encode(templateEncoder, "a", true);
            return ids.length > 0 && vocabulary.steers(ids[0]) ? OptionalInt.of(ids[0]) : OptionalInt.empty();
        }
        if (!wanted) {
            return OptionalInt.empty();
        }
        String token = config.beginOfText();
        if (token == null || vocabulary.idOf(token).isEmpty()) {
            throw new TokenizerException("tokenizer_config.json of " + directory + " asks for a token at the beginning "
                    + "(add_bos_token) but bos_token " + token + " is not in the vocabulary");
        }
        return vocabulary.idOf(token);
    }
}
