package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Random choices. */
final class Draw {

    private Draw() {}

    /** Returns a whole number from {@code low} to {@code high}, inclusive. */
    static int between(SplittableRandom random, int low, int high) {
        return random.nextInt(low, high + 1);
    }

    /** Returns true in {@code percent} of all cases. */
    static boolean chance(SplittableRandom random, int percent) {
        return random.nextInt(100) < percent;
    }

    /** Returns one element, all equally likely. */
    static <T> T one(SplittableRandom random, List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** Returns different elements in random order. */
    static <T> List<T> some(SplittableRandom random, List<T> choices, int count) {
        List<T> left = new ArrayList<>(choices);
        List<T> drawn = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            drawn.add(left.remove(random.nextInt(left.size())));
        }
        return drawn;
    }
}
