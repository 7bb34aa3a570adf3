package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A list of words, followed by the same words again. It quickly teaches a small network to find a word again and to
 * recall its neighbour. Every puzzle relies on this skill, and from stories alone the network learns it late or never.
 *
 * @param list the words as first told, for example {@code " Mara the key, Otto the lamp."}
 * @param recall the words again, for example {@code " Otto: lamp. Mara: key."}
 */
public record RecallDrill(String list, String recall) {

    private static final List<List<String>> KINDS = List.of(Lexicon.NAMES, Lexicon.TREASURES, Lexicon.EVENTS);
    private static final List<String> PAIRS = List.of("{who} the {thing}", "the {thing} with {who}");

    /** Words of one kind, repeated twice in the same order. */
    public static RecallDrill repeat(SplittableRandom random) {
        List<String> words = Draw.some(random, Draw.one(random, KINDS), Draw.between(random, 3, 8));
        String line = " " + String.join(" ", words) + ".";
        return new RecallDrill(line, line + line);
    }

    /** People and things, asked for in random order by person or by thing. */
    public static RecallDrill lookUp(SplittableRandom random) {
        int pairs = Draw.between(random, 2, 4);
        List<String> people = Draw.some(random, Lexicon.NAMES, pairs);
        List<String> things = Draw.some(random, Lexicon.TREASURES, pairs);
        List<String> told = new ArrayList<>();
        StringBuilder asked = new StringBuilder();
        for (int i = 0; i < pairs; i++) {
            told.add(Draw.one(random, PAIRS).replace("{who}", people.get(i)).replace("{thing}", things.get(i)));
            int pair = random.nextInt(pairs);
            String person = people.get(pair);
            String thing = things.get(pair);
            boolean byPerson = random.nextBoolean();
            asked.append(byPerson ? " %s: %s.".formatted(person, thing) : " %s: %s.".formatted(thing, person));
        }
        return new RecallDrill(" " + String.join(", ", told) + ".", asked.toString());
    }
}
