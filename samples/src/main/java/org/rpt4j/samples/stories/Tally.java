package org.rpt4j.samples.stories;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** A number that changes in steps and records each step since it was last stated. */
final class Tally {

    private static final int MOST = 20;
    private static final int LARGEST_STEP = 9;

    private final StringBuilder steps = new StringBuilder();
    private final Set<Integer> amounts = new HashSet<>();
    private int count;

    Tally(int count) {
        this.count = count;
    }

    int count() {
        return count;
    }

    /**
     * Returns whether the change keeps the number between 1 and 20, has an amount that no earlier change had (so that
     * the steps can be told apart), and does not give the amount as the result.
     */
    boolean allows(int change) {
        int result = count + change;
        int amount = Math.abs(change);
        return result >= 1 && result <= MOST && result != amount && !amounts.contains(amount);
    }

    /** Returns how often the number has changed. */
    int changes() {
        return amounts.size();
    }

    /** Returns all permitted changes by 1 to 9, up or down. */
    List<Integer> allowed() {
        return IntStream.rangeClosed(-LARGEST_STEP, LARGEST_STEP)
                .filter(change -> change != 0 && allows(change))
                .boxed()
                .toList();
    }

    /** Returns a permitted change; increases and decreases are equally likely if both are possible. */
    int draw(SplittableRandom random) {
        boolean up = random.nextBoolean();
        List<Integer> allowed = allowed();
        List<Integer> wanted =
                allowed.stream().filter(change -> change > 0 == up).toList();
        return Draw.one(random, wanted.isEmpty() ? allowed : wanted);
    }

    /** Changes the number. */
    void change(int change) {
        int amount = Math.abs(change);
        int result = count + change;
        steps.append(String.format(Locale.ROOT, " %d %s %d = %d.", count, change < 0 ? "-" : "+", amount, result));
        amounts.add(amount);
        count = result;
    }

    /** Records a step before the next change that does not change the number itself. */
    void note(String step) {
        steps.append(step);
    }

    /** Returns the steps since the last call, and marks the number as stated. */
    String tell() {
        String told = steps.toString();
        steps.setLength(0);
        return told;
    }
}
