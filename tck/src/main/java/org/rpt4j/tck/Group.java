package org.rpt4j.tck;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;

/** A prompt with its completions, and the batches built from such groups. */
final class Group {

    /** Deliberately ragged: a prompt of one token, completions of one token, equal and very different lengths. */
    static final List<Group> RAGGED = List.of(of(1, 6, 4, 1, 7), of(2, 1, 5), of(3, 11, 2, 2, 9));

    private final int[] prompt;
    private final List<int[]> completions;

    Group(int[] prompt, List<int[]> completions) {
        this.prompt = prompt;
        this.completions = completions;
    }

    /** Token ids. */
    int[] prompt() {
        return prompt;
    }

    /** Token ids, each at least one. */
    List<int[]> completions() {
        return completions;
    }

    private static Group of(int key, int promptLength, int... completionLengths) {
        return new Group(
                tokens(promptLength, key),
                Arrays.stream(completionLengths)
                        .mapToObj(length -> tokens(length, key, length))
                        .toList());
    }

    /** Returns the same random tokens for the same key, from the vocabulary of the tiny models. */
    static int[] tokens(int length, int... key) {
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = CounterRandom.below(TinyModel.VOCABULARY, Arrays.hashCode(key), i);
        }
        return tokens;
    }

    static TokenBatch batch(double temperature, List<Group> groups) {
        TokenBatch.Builder builder = TokenBatch.builder(temperature);
        groups.forEach(group -> builder.add(group.prompt(), group.completions()));
        return builder.build();
    }

    static TokenBatch batch(double temperature, Group... groups) {
        return batch(temperature, List.of(groups));
    }

    /** Returns every completion as a group of its own, with its prompt repeated. */
    static List<Group> alone(List<Group> groups) {
        return groups.stream()
                .flatMap(group ->
                        group.completions().stream().map(completion -> new Group(group.prompt(), List.of(completion))))
                .toList();
    }

    /** Returns random weights of both signs for a backward pass over all completions of the groups. */
    static TokenValues weights(TokenBatch batch, int key) {
        double[] weights = new double[batch.completionTokenCount()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = 3 * CounterRandom.uniform(key, 0, 0, 0, i) - 1.5;
        }
        return TokenValues.of(batch, weights);
    }
}
