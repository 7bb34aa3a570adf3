package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.rpt4j.model.format.gguf.GgufModel;

/**
 * The files of a model by their names in the Hugging Face layout. A model is a directory that has them, or a GGUF file, which
 * stands for {@code config.json}, {@code tokenizer.json} and {@code tokenizer_config.json}: they are made from its
 * metadata. Stateless.
 *
 * @since 0.1.0
 */
public final class SourceFiles {

    /** The ending of GGUF files. */
    private static final String GGUF = ".gguf";

    /** "GGUF", which such files begin with. */
    private static final int MAGIC = 0x46554747;

    private static final String TOKENIZER = "tokenizer.json";
    private static final String TOKENIZER_CONFIG = "tokenizer_config.json";

    private SourceFiles() {}

    /** Returns whether a model is a GGUF file, by its name, even if it is missing, or by its first bytes. */
    public static boolean isGguf(Path model) {
        return !Files.isDirectory(model) && (named(model) || Files.isRegularFile(model) && begins(model));
    }

    private static boolean named(Path file) {
        Path name = file.getFileName();
        return name != null && name.toString().toLowerCase(Locale.ROOT).endsWith(GGUF);
    }

    private static boolean begins(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] first = in.readNBytes(Integer.BYTES);
            return first.length == Integer.BYTES
                    && ByteBuffer.wrap(first).order(ByteOrder.LITTLE_ENDIAN).getInt() == MAGIC;
        } catch (IOException e) {
            return false; // what opens it says why it cannot be read
        }
    }

    /** Returns where a file of a model is; for a GGUF file always that itself. For messages. */
    public static Path path(Path model, String name) {
        return isGguf(model) ? model : model.resolve(name);
    }

    /**
     * Returns whether a model has a file.
     *
     * @throws org.rpt4j.api.error.ModelFormatException if it is a malformed GGUF file
     */
    public static boolean exists(Path model, String name) {
        if (!isGguf(model)) {
            return Files.exists(model.resolve(name));
        }
        return switch (name) {
            case ModelConfigReader.FILE -> true;
            case TOKENIZER, TOKENIZER_CONFIG -> hasTokenizer(model);
            default -> false;
        };
    }

    private static boolean hasTokenizer(Path file) {
        return uninterrupted(() -> {
            try (GgufModel model = GgufModel.openWithoutTokenizer(file)) {
                return model.hasTokenizer();
            }
        });
    }

    /**
     * Reads a JSON file of a model, without a byte order mark.
     *
     * @param maxBytes maximum size of the file; a file that is made from a GGUF file is bounded by that
     * @throws NoSuchFileException if there is no such file
     * @throws IOException if it is not a plain file or only a Git LFS pointer, is larger, or cannot be read
     * @throws org.rpt4j.api.error.ModelFormatException if it is a malformed GGUF file
     * @throws org.rpt4j.api.error.TokenizerException if its tokenizer is malformed or of a kind that is not known
     */
    public static byte[] readJson(Path model, String name, int maxBytes) throws IOException {
        return isGguf(model) ? made(model, name) : PlainFiles.readJson(model.resolve(name), maxBytes);
    }

    private static byte[] made(Path file, String name) throws NoSuchFileException {
        Function<GgufModel, ObjectNode> content = switch (name) {
            case ModelConfigReader.FILE -> GgufModel::config;
            case TOKENIZER -> GgufModel::tokenizer;
            case TOKENIZER_CONFIG -> GgufModel::tokenizerConfig;
            default -> throw new NoSuchFileException(file + " has no " + name);
        };
        return uninterrupted(() -> {
            try (GgufModel model = GgufModel.open(file)) {
                return Json.bytes(content.apply(model));
            }
        });
    }

    /** The header is short, and whoever saves in an interrupted thread wants the file. */
    private static <T> T uninterrupted(Supplier<T> work) {
        boolean interrupted = Thread.interrupted();
        try {
            return work.get();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Opens a file of a model to copy it; empty if there is no such file. The caller closes the stream.
     *
     * @throws IOException if it is not a plain file or only a Git LFS pointer, or cannot be opened
     * @throws org.rpt4j.api.error.RptException as {@link #readJson}
     */
    public static Optional<InputStream> open(Path model, String name) throws IOException {
        if (isGguf(model)) {
            return exists(model, name)
                    ? Optional.of(new ByteArrayInputStream(readJson(model, name, Integer.MAX_VALUE)))
                    : Optional.empty();
        }
        Path file = model.resolve(name);
        return Files.isRegularFile(file) ? Optional.of(PlainFiles.open(file)) : Optional.empty();
    }

    /** Says which GGUF files a directory has, for a message about a file that it lacks; otherwise empty. */
    public static String hint(Path directory) {
        if (!Files.isDirectory(directory)) {
            return "";
        }
        try (Stream<Path> files = Files.list(directory)) {
            List<String> found = files.filter(SourceFiles::named)
                    .map(file -> String.valueOf(file.getFileName()))
                    .sorted()
                    .toList();
            return found.isEmpty()
                    ? ""
                    : ". It has GGUF files: name one of them as the model, such as " + directory.resolve(found.get(0));
        } catch (IOException e) {
            return ""; // the message is about the file
        }
    }
}
