package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The number of things a person has after gains and losses. */
final class QuantityPuzzle implements Puzzle {

    private static final Wordings START = Wordings.of(
            "{who} has {n} {things}.",
            "At first {who} has {n} {things}.",
            "{who} starts with {n} {things}.",
            "{who} owns {n} {things}.");
    private static final Wordings RIVAL = Wordings.of(
            "{who} has {n} as well.", "{who} has {n}.", "Next door {who} has {n}.", "{who} comes with {n} of them.");
    private static final Wordings GAIN = Wordings.of(
            "{who} finds {k} more.",
            "Then {who} buys {k} more.",
            "{who} gets {k} from a friend.",
            "A neighbour gives {k} to {who}.",
            "Later {who} picks {k} more.");
    private static final Wordings LOSS = Wordings.of(
            "{who} eats {k} of them.",
            "Then {who} sells {k} of them.",
            "{who} gives {k} to a friend.",
            "A neighbour takes {k} from {who}.",
            "Later {who} loses {k} of them.");
    private static final Wordings TRANSFER = Wordings.of(
            "{who} gives {k} to {other}.",
            "Then {who} hands {k} to {other}.",
            "{other} gets {k} from {who}.",
            "Later {other} takes {k} from {who}.");
    private static final Wordings TOTAL = Wordings.of(
            "Now {who} has {n} {things}.",
            "That leaves {who} with {n} {things}.",
            "So {who} counts {n} {things}.",
            "By now {who} has {n} {things}.");

    @Override
    public String kind() {
        return "quantity";
    }

    @Override
    public List<Beat> tell(Cast cast, SplittableRandom random) {
        return new Telling(cast, random).run();
    }

    /** One telling of the puzzle. */
    private final class Telling {

        private final SplittableRandom random;
        private final List<Beat> beats = new ArrayList<>();
        private final String thing;
        private final String who;
        private final String other;
        private final Tally tally;
        private final Tally otherTally;

        Telling(Cast cast, SplittableRandom random) {
            this.random = random;
            thing = Draw.one(random, Lexicon.FRUITS);
            who = cast.next();
            other = cast.next();
            tally = new Tally(Draw.between(random, 2, 15));
            otherTally = new Tally(Draw.between(random, 2, 15));
        }

        List<Beat> run() {
            boolean rival = Draw.chance(random, 40);
            beats.add(START.pick(random)
                    .with("who", who)
                    .with("n", tally.count())
                    .with("things", Lexicon.counted(tally.count(), thing))
                    .beat());
            if (rival) {
                beats.add(RIVAL.pick(random)
                        .with("who", other)
                        .with("n", otherTally.count())
                        .beat());
            }
            int totals = Draw.chance(random, 30) ? 1 : 2;
            for (int i = 0; i < totals; i++) {
                updates(rival);
                total(who, tally);
            }
            if (rival && otherTally.count() != tally.count() && otherTally.changes() >= 2) {
                total(other, otherTally);
            }
            return beats;
        }

        private void updates(boolean rival) {
            int updates = Draw.between(random, 2, 3);
            int distraction = random.nextInt(updates);
            for (int i = 0; i < updates; i++) {
                if (rival && i == distraction) {
                    change(other, otherTally, otherTally.draw(random));
                }
                int change = tally.draw(random);
                if (rival && change < 0 && otherTally.allows(-change)) {
                    transfer(-change);
                } else {
                    change(who, tally, change);
                }
            }
        }

        private void change(String owner, Tally changing, int change) {
            changing.change(change);
            beats.add((change > 0 ? GAIN : LOSS)
                    .pick(random)
                    .with("who", owner)
                    .with("k", Math.abs(change))
                    .beat());
        }

        private void transfer(int amount) {
            tally.change(-amount);
            otherTally.change(amount);
            beats.add(TRANSFER.pick(random)
                    .with("who", who)
                    .with("other", other)
                    .with("k", amount)
                    .beat());
        }

        private void total(String owner, Tally telling) {
            beats.add(TOTAL.pick(random)
                    .with("who", owner)
                    .infer("n", Integer.toString(telling.count()), telling.tell(), kind())
                    .with("things", Lexicon.counted(telling.count(), thing))
                    .beat());
        }
    }
}
