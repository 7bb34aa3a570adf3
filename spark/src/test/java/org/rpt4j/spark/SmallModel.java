package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Prompt;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.model.format.Architecture;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.RopeScaling;
import org.rpt4j.tck.reference.ReferenceModel;

/** A random model with a byte-level tokenizer, a box and a thought, so that random text closes some of both. */
final class SmallModel {

    static final int VOCABULARY = 260;
    static final int CONTEXT = 256;

    private SmallModel() {}

    private static ModelConfig config(int vocabulary) {
        return new ModelConfig(
                Architecture.LLAMA,
                vocabulary,
                8,
                12,
                1,
                2,
                1,
                4,
                CONTEXT,
                1e-5,
                10_000,
                new RopeScaling.None(),
                true,
                false,
                false,
                false,
                List.of());
    }

    /** The same with a vocabulary in which some words are tokens, each of which begins with a letter of its own. */
    static ModelSource write(Path directory, List<String> words) {
        List<String> pieces = new ArrayList<>();
        for (String word : words) {
            for (int length = 2; length <= word.length(); length++) {
                pieces.add(word.substring(0, length));
            }
        }
        ReferenceModel.random(config(256 + pieces.size()), 20261130).write(directory);
        TinyTokenizers.byteLevel(directory, pieces, List.of());
        return ModelSource.directory(directory);
    }

    static ModelSource write(Path directory) {
        ReferenceModel.random(config(VOCABULARY), 20261130).write(directory);
        TinyTokenizers.byteLevel(directory, List.of("\\boxed{", "}}"), List.of("<think>", "</think>"));
        return ModelSource.directory(directory);
    }

    /** Prompts of different lengths. */
    static List<Prompt> prompts(int count) {
        List<Prompt> prompts = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            prompts.add(new Prompt(100 + i, tokens(3 + i % 5, i)));
        }
        return prompts;
    }

    static int[] tokens(int length, int key) {
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = CounterRandom.below(VOCABULARY, key, i);
        }
        return tokens;
    }
}
