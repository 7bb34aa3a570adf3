package org.rpt4j.samples.stories;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The characters of one story, handed out one by one so that no two puzzles share a name. */
final class Cast {

    private final Deque<String> waiting;

    Cast(SplittableRandom random) {
        waiting = new ArrayDeque<>(Draw.some(random, Lexicon.NAMES, Lexicon.NAMES.size()));
    }

    /** Returns the next character that is not in the story yet. */
    String next() {
        return waiting.remove();
    }

    /** Returns several new characters. */
    List<String> next(int count) {
        return Stream.generate(this::next).limit(count).toList();
    }
}
