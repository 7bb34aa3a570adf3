package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Who holds which thing after several swaps. */
final class HolderPuzzle implements Puzzle {

    private static final Wordings FOUR = Wordings.of(
            "{p0} holds the {t0}, {p1} the {t1}, {p2} the {t2} and {p3} the {t3}.",
            "{p0} has the {t0}, {p1} the {t1}, {p2} the {t2} and {p3} the {t3}.",
            "The {t0} is with {p0}, the {t1} with {p1}, the {t2} with {p2} and the {t3} with {p3}.",
            "{p0} gets the {t0}, {p1} the {t1}, {p2} the {t2} and {p3} the {t3}.");
    private static final Wordings THREE = Wordings.of(
            "{p0} holds the {t0}, {p1} the {t1} and {p2} the {t2}.",
            "{p0} has the {t0}, {p1} the {t1} and {p2} the {t2}.",
            "The {t0} is with {p0}, the {t1} with {p1} and the {t2} with {p2}.",
            "{p0} gets the {t0}, {p1} the {t1} and {p2} the {t2}.");
    private static final Wordings SWAP = Wordings.of(
            "{a} and {b} swap what they hold.",
            "{a} and {b} trade.",
            "Then {a} swaps with {b}.",
            "Next {a} and {b} swap things.",
            "{a} makes a trade with {b}.");
    private static final Wordings ONE = Wordings.of(
            "Now the {t} is with {answer}.",
            "So the {t} is held by {answer}.",
            "In the end the {t} is with {answer}.",
            "By now the {t} is with {answer}.");
    private static final Wordings TWO = Wordings.of(
            "Now the {t} is with {answer} and the {u} with {also}.",
            "So the {t} is held by {answer} and the {u} by {also}.",
            "In the end the {t} is with {answer} and the {u} with {also}.",
            "By now the {t} is with {answer} and the {u} with {also}.");

    @Override
    public String kind() {
        return "holder";
    }

    @Override
    public List<Beat> tell(Cast cast, SplittableRandom random) {
        return new Telling(cast.next(Draw.chance(random, 85) ? 4 : 3), random).run();
    }

    /** One telling of the puzzle. */
    private final class Telling {

        private final SplittableRandom random;
        private final List<Beat> beats = new ArrayList<>();
        private final List<String> people;
        private final List<Trail> trails;
        private final Set<Set<String>> swapped = new HashSet<>();

        Telling(List<String> people, SplittableRandom random) {
            this.random = random;
            this.people = people;
            List<String> things = Draw.some(random, Lexicon.TREASURES, people.size());
            trails = IntStream.range(0, people.size())
                    .mapToObj(i -> new Trail(things.get(i), people.get(i)))
                    .toList();
        }

        List<Beat> run() {
            Sentence start = (people.size() == 4 ? FOUR : THREE).pick(random);
            for (int i = 0; i < people.size(); i++) {
                start.with("p" + i, people.get(i)).with("t" + i, trails.get(i).thing());
            }
            beats.add(start.beat());
            swap(3);
            if (people.size() == 4 && random.nextBoolean()) {
                swap(1);
            }
            reveal();
            if (people.size() == 4 && Draw.chance(random, 25)) {
                swap(2);
                reveal();
            }
            return beats;
        }

        /** Swaps between pairs that have not swapped before, so that a pair identifies its swap. */
        private void swap(int times) {
            for (int i = 0; i < times; i++) {
                List<String> pair = Draw.some(random, people, 2);
                while (!swapped.add(Set.copyOf(pair))) {
                    pair = Draw.some(random, people, 2);
                }
                String a = pair.get(0);
                String b = pair.get(1);
                trails.forEach(trail -> trail.swap(a, b));
                beats.add(SWAP.pick(random).with("a", a).with("b", b).beat());
            }
        }

        /** States where one or two things are, preferring now and then those that moved more than once. */
        private void reveal() {
            boolean far = Draw.chance(random, 35);
            List<Trail> moved = Draw.some(random, trails, trails.size()).stream()
                    .filter(trail -> trail.moves() > 0)
                    .sorted(Comparator.comparing(trail -> far && trail.moves() < 2))
                    .toList();
            int count = Draw.chance(random, 30) ? 1 : 2;
            List<Trail> asked = moved.subList(0, count);
            Sentence sentence = (count == 1 ? ONE : TWO).pick(random);
            asked.get(0).reveal(sentence, "t", "answer");
            if (count == 2) {
                asked.get(1).reveal(sentence, "u", "also");
            }
            beats.add(sentence.beat());
        }
    }

    /** The path of one thing from hand to hand. */
    private final class Trail {

        private final String thing;
        private final StringBuilder thought = new StringBuilder();
        private String holder;
        private int moves;

        Trail(String thing, String holder) {
            this.thing = thing;
            this.holder = holder;
            thought.append(" %s: %s.".formatted(thing, holder));
        }

        String thing() {
            return thing;
        }

        /** Returns how often it has changed hands since its holder was last stated. */
        int moves() {
            return moves;
        }

        void swap(String a, String b) {
            if (holder.equals(a) || holder.equals(b)) {
                holder = holder.equals(a) ? b : a;
                moves++;
            }
            thought.append(" %s %s: %s.".formatted(a, b, holder));
        }

        void reveal(Sentence sentence, String thingSlot, String holderSlot) {
            sentence.with(thingSlot, thing).infer(holderSlot, holder, thought.toString(), kind());
            moves = 0;
        }
    }
}
