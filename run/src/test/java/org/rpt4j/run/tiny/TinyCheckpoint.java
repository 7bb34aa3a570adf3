package org.rpt4j.run.tiny;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;

/** A checkpoint with random weights and a tokenizer that knows stories and instructions, and a corpus for it. */
public final class TinyCheckpoint {

    /** Most positions of the model. */
    public static final int CONTEXT = 320;

    /** Tokens that its tokenizer knows. */
    private static final int VOCABULARY_SIZE = 600;

    private static final List<String> STORIES =
            resource("stories.jsonl").lines().toList();

    private TinyCheckpoint() {}

    /** Writes model and tokenizer into a new directory. */
    public static Path write(Path directory) {
        for (String file : List.of("tokenizer.json", "tokenizer_config.json")) {
            write(directory.resolve(file), resource(file));
        }
        initialize(directory, VOCABULARY_SIZE);
        return directory;
    }

    /** Writes a model alone, with a vocabulary of any size. */
    public static void initialize(Path directory, int vocabularySize) {
        ModelConfig config = new ModelConfig(
                Architecture.QWEN3,
                vocabularySize,
                16,
                24,
                1,
                2,
                1,
                8,
                CONTEXT,
                1e-6,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                true,
                List.of(0));
        CheckpointInitializer.initialize(directory, config, 5);
    }

    /** Writes stories as JSON lines with the fields {@code story} and {@code number}; there are 20. */
    public static Path writeCorpus(Path file, int documents) {
        String lines =
                STORIES.subList(0, documents).stream().map(line -> line + "\n").collect(Collectors.joining());
        return write(file, lines);
    }

    /** A story, without anything that JSON would have to escape. */
    public static String text(int number) {
        String line = STORIES.get(number);
        String field = "\"story\": \"";
        return line.substring(line.indexOf(field) + field.length(), line.lastIndexOf('"'));
    }

    private static Path write(Path file, String text) {
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            return Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String resource(String name) {
        try (InputStream stream = TinyCheckpoint.class.getResourceAsStream(name)) {
            return new String(Objects.requireNonNull(stream, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
