package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The total number of things, given bags and loose items. */
final class UnitsPuzzle implements Puzzle {

    private static final Wordings BAGS = Wordings.of(
            "{who} fills {a} {bags} with {b} {things} each.",
            "{who} has {a} {bags} with {b} {things} each.",
            "{who} buys {a} {bags} of {b} {things} each.",
            "On the table stand {a} {bags} with {b} {things} each.");
    private static final Wordings LOOSE = Wordings.of(
            "{who} adds {k} loose {things}.",
            "Beside them {who} puts {k} more {things}.",
            "{who} also has {k} loose {things}.",
            "Then {who} finds {k} more {things}.");
    private static final Wordings AWAY = Wordings.of(
            "{who} takes {k} {things} away.",
            "Then {who} drops {k} {things}.",
            "{who} lends {k} {things} to a friend.",
            "Sadly {who} breaks {k} {things}.");
    private static final Wordings MORE = Wordings.of(
            "Then {who} brings {k} more such {bags}.",
            "{who} fills {k} more such {bags}.",
            "Later {k} more such {bags} come in.",
            "{who} gets {k} more such {bags}.");
    private static final Wordings FEWER = Wordings.of(
            "Then {who} sells {k} of the full {bags}.",
            "{who} gives {k} full {bags} away.",
            "Later {k} of the full {bags} are gone.",
            "{who} lends {k} full {bags} to a friend.");
    private static final Wordings TOTAL = Wordings.of(
            "That makes {n} {things} in all.",
            "Altogether {who} has {n} {things}.",
            "In total {who} counts {n} {things}.",
            "So the sum is {n} {things}.");

    @Override
    public String kind() {
        return "units";
    }

    @Override
    public List<Beat> tell(Cast cast, SplittableRandom random) {
        return new Telling(cast.next(), random).run();
    }

    /** One telling of the puzzle. */
    private final class Telling {

        private final SplittableRandom random;
        private final List<Beat> beats = new ArrayList<>();
        private final String who;
        private final String thing;
        private final String container;
        private final int bags;
        private final int inEach;
        private final Tally tally;

        Telling(String who, SplittableRandom random) {
            this.random = random;
            this.who = who;
            thing = Draw.one(random, Lexicon.GOODS);
            container = Draw.one(random, Lexicon.CONTAINERS);
            bags = Draw.between(random, 2, 5);
            inEach = Draw.between(random, 2, 18 / bags);
            tally = new Tally(bags * inEach);
        }

        List<Beat> run() {
            beats.add(fill(BAGS).with("a", bags).with("b", inEach).beat());
            tally.note(product(bags));
            int changes = Draw.between(random, 1, 2);
            for (int i = 0; i < changes; i++) {
                int change = tally.draw(random);
                tally.change(change);
                beats.add(fill(change > 0 ? LOOSE : AWAY)
                        .with("k", Math.abs(change))
                        .with("things", Lexicon.counted(Math.abs(change), thing))
                        .beat());
            }
            total();
            List<Integer> deliveries = deliveries();
            if (!deliveries.isEmpty() && Draw.chance(random, 60)) {
                deliver(Draw.one(random, deliveries));
                total();
            }
            return beats;
        }

        /**
         * Returns how many bags may be added (or removed, if negative), at least two, for an answer that the sentence
         * does not contain.
         */
        private List<Integer> deliveries() {
            return Stream.of(-4, -3, -2, 2, 3, 4)
                    .filter(count -> -count < bags && tally.allows(count * inEach))
                    .filter(count -> tally.count() + count * inEach != Math.abs(count))
                    .toList();
        }

        private void deliver(int count) {
            tally.note(product(Math.abs(count)));
            tally.change(count * inEach);
            beats.add(fill(count > 0 ? MORE : FEWER).with("k", Math.abs(count)).beat());
        }

        private void total() {
            beats.add(fill(TOTAL)
                    .infer("n", Integer.toString(tally.count()), tally.tell(), kind())
                    .with("things", Lexicon.counted(tally.count(), thing))
                    .beat());
        }

        private Sentence fill(Wordings wordings) {
            return wordings.pick(random)
                    .with("who", who)
                    .with("things", thing + "s")
                    .with("bags", container + "s");
        }

        private String product(int count) {
            return String.format(Locale.ROOT, " %d x %d = %d.", count, inEach, count * inEach);
        }
    }
}
