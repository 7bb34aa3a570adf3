package org.rpt4j.samples.stories;

import java.util.SplittableRandom;

/** Sentences around the puzzles: set phrases, and remarks with an unpredictable word. */
final class Filler {

    private static final Wordings OPENINGS = Wordings.of(
            "Here is a small story.",
            "It is a {weather} morning.",
            "The day begins well.",
            "It is a {weather} day.",
            "Once more the children meet.",
            "The sun is up early.",
            "Our village wakes up.");
    private static final Wordings SET_PHRASES = Wordings.of(
            "Nobody is in a hurry.",
            "The time goes by.",
            "Everyone has a good time.",
            "That is how it goes here.",
            "There is still a lot to do.",
            "All of them laugh.",
            "Nothing else is new.",
            "Somebody hums an old song.",
            "The hours are long.",
            "Life can be so easy.");
    private static final Wordings REMARKS = Wordings.of(
            "A {colour} {animal} sits on the wall.",
            "For lunch there is {meal}.",
            "Somewhere a {animal} makes a noise.",
            "The air smells of {meal}.",
            "On the hill stands a {colour} house.",
            "A {animal} runs down the road.",
            "Far away a {colour} boat sails past.");

    private Filler() {}

    /** Returns an opening sentence for a story. */
    static Beat opening(SplittableRandom random) {
        return fill(OPENINGS, random);
    }

    /** Returns one of a few fixed sentences. */
    static Beat setPhrase(SplittableRandom random) {
        return fill(SET_PHRASES, random);
    }

    /** Returns a sentence with one or two random words. */
    static Beat remark(SplittableRandom random) {
        return fill(REMARKS, random);
    }

    private static Beat fill(Wordings wordings, SplittableRandom random) {
        return wordings.pick(random)
                .with("weather", Draw.one(random, Lexicon.WEATHERS))
                .with("colour", Draw.one(random, Lexicon.COLOURS))
                .with("animal", Draw.one(random, Lexicon.ANIMALS))
                .with("meal", Draw.one(random, Lexicon.MEALS))
                .beat();
    }
}
