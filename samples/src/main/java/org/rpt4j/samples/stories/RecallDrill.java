package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * A list of words and the same words again. Without a story around it, a small network learns soon to find a word again
 * and to tell what stood beside it; every puzzle is built on that.
 *
 * @param list the words as they are first told, for example {@code " Mara the key, Otto the lamp."}
 * @param recall the words again, for example {@code " Otto: lamp. Mara: key."}
 */
public record RecallDrill(String list, String recall) {

    private static final int FEWEST = 2;
    private static final int MOST = 6;
    private static final List<String> WORDS = Stream.of(
                    Lexicon.NAMES, Lexicon.TREASURES, Lexicon.EVENTS, Lexicon.COLOURS, Lexicon.ANIMALS, Lexicon.MEALS)
            .flatMap(List::stream)
            .distinct()
            .toList();

    /** A drill of random words. */
    public static RecallDrill draw(SplittableRandom random) {
        int pairs = Draw.between(random, FEWEST, MOST);
        List<String> words = Draw.some(random, WORDS, 2 * pairs);
        return switch (random.nextInt(3)) {
            case 0 -> lookUp(words, false, random);
            case 1 -> lookUp(words, true, random);
            default -> repeat(words);
        };
    }

    private static RecallDrill repeat(List<String> words) {
        String line = " " + String.join(" ", words) + ".";
        return new RecallDrill(line, line);
    }

    /** Asks for the second word of every pair, or backwards for the first, in another order. */
    private static RecallDrill lookUp(List<String> words, boolean backwards, SplittableRandom random) {
        List<String> told = new ArrayList<>();
        List<String> asked = new ArrayList<>();
        for (int i = 0; i < words.size(); i += 2) {
            String first = words.get(i);
            String second = words.get(i + 1);
            told.add(" " + first + " the " + second);
            asked.add(backwards ? " " + second + ": " + first + "." : " " + first + ": " + second + ".");
        }
        List<String> inAnotherOrder = Draw.some(random, asked, asked.size());
        return new RecallDrill(String.join(",", told) + ".", String.join("", inAnotherOrder));
    }
}
