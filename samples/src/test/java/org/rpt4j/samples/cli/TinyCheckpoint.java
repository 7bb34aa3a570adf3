package org.rpt4j.samples.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.samples.base.BpeTrainer;
import org.rpt4j.samples.base.BpeVocabulary;
import org.rpt4j.samples.base.TokenizerFiles;
import org.rpt4j.samples.stories.StoryGenerator;
import org.rpt4j.spi.support.Architecture;
import org.rpt4j.spi.support.CheckpointInitializer;
import org.rpt4j.spi.support.ModelConfig;
import org.rpt4j.spi.support.RopeScaling;

/** A checkpoint with random weights and a tokenizer that knows stories and instructions, and a corpus for it. */
public final class TinyCheckpoint {

    /** Most positions of the model. */
    public static final int CONTEXT = 320;

    private static final BpeVocabulary VOCABULARY = vocabulary();

    private TinyCheckpoint() {}

    /** Writes model and tokenizer into a new directory. */
    public static Path write(Path directory) {
        try {
            TokenizerFiles.write(VOCABULARY, directory, CONTEXT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        initialize(directory, VOCABULARY.tokens().size());
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

    /** Writes stories as JSON lines with the fields {@code story} and {@code number}. */
    public static Path writeCorpus(Path file, int documents) {
        String lines = LongStream.range(0, documents)
                .mapToObj(seed -> "{\"number\": " + seed + ", \"story\": \"" + text(seed) + "\"}\n")
                .collect(Collectors.joining());
        try {
            return Files.writeString(file, lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A story, without anything that JSON would have to escape. */
    static String text(long seed) {
        return new StoryGenerator().story(seed).text().replace("\"", "");
    }

    private static BpeVocabulary vocabulary() {
        List<String> texts = new ArrayList<>();
        for (long seed = 0; seed < 40; seed++) {
            texts.add(text(seed));
        }
        Instruction.builtIn().forEach(instruction -> texts.add(instruction.template()));
        return new BpeTrainer(600, TokenizerFiles.SPECIAL_TOKENS).train(texts);
    }
}
