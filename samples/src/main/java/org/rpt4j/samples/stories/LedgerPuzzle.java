package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/**
 * What three people own after three changes each: the facts first, what follows from them afterwards. Kept out of the
 * shorter stories, since its numbers fill a story alone.
 */
final class LedgerPuzzle implements Puzzle {

    private static final int MOST = 20;
    private static final int PEOPLE = 3;
    private static final List<String> GAINS = List.of("finds", "buys");
    private static final List<String> LOSSES = List.of("eats", "sells");

    private static final Wordings FIRST = Wordings.of("{who} has {n} {things}, {verb1} {k1}, {verb2} {k2} and {verb3} {k3}.");
    private static final Wordings OTHERS = Wordings.of("{who} has {n}, {verb1} {k1}, {verb2} {k2} and {verb3} {k3}.");
    private static final Wordings EACH = Wordings.of(
            "In the end {a} has {na}, {b} has {nb} and {c} has {nc}.",
            "So now {a} has {na}, {b} has {nb} and {c} has {nc}.");

    @Override
    public String kind() {
        return "ledger";
    }

    @Override
    public List<Beat> tell(Cast cast, SplittableRandom random) {
        List<String> people = cast.next(PEOPLE);
        List<Account> accounts = accounts(random);
        String things = Draw.one(random, Lexicon.FRUITS) + "s";
        List<Beat> beats = new ArrayList<>();
        for (int i = 0; i < PEOPLE; i++) {
            beats.add(accounts.get(i).tell((i == 0 ? FIRST : OTHERS).pick(random), people.get(i), things, random));
        }
        beats.add(named(EACH.pick(random), people)
                .infer("na", Integer.toString(accounts.get(0).end()), accounts.get(0).thought(), kind())
                .infer("nb", Integer.toString(accounts.get(1).end()), accounts.get(1).thought(), kind())
                .infer("nc", Integer.toString(accounts.get(2).end()), accounts.get(2).thought(), kind())
                .beat());
        return beats;
    }

    private static Sentence named(Sentence sentence, List<String> people) {
        return sentence.with("a", people.get(0)).with("b", people.get(1)).with("c", people.get(2));
    }

    private static List<Account> accounts(SplittableRandom random) {
        return Stream.generate(() -> Account.draw(random)).limit(PEOPLE).toList();
    }

    /**
     * What one person owns.
     *
     * @param start things at first, at least two
     * @param changes three numbers, none of them zero
     */
    private record Account(int start, List<Integer> changes) {

        /** An account that never leaves the numbers of the stories. */
        static Account draw(SplittableRandom random) {
            while (true) {
                Account account = new Account(
                        Draw.between(random, 2, 9), List.of(change(random), change(random), change(random)));
                if (account.balances().stream().allMatch(balance -> balance >= 1 && balance <= MOST)) {
                    return account;
                }
            }
        }

        private static int change(SplittableRandom random) {
            int amount = Draw.between(random, 1, 7);
            return Draw.chance(random, 50) ? amount : -amount;
        }

        /** What is owned after each change. */
        private List<Integer> balances() {
            List<Integer> balances = new ArrayList<>();
            int balance = start;
            for (int change : changes) {
                balance += change;
                balances.add(balance);
            }
            return balances;
        }

        int end() {
            return balances().get(changes.size() - 1);
        }

        String thought() {
            StringBuilder thought = new StringBuilder();
            int balance = start;
            for (int change : changes) {
                thought.append(" %d %s %d = %d."
                        .formatted(balance, change > 0 ? "+" : "-", Math.abs(change), balance + change));
                balance += change;
            }
            return thought.toString();
        }

        Beat tell(Sentence sentence, String who, String things, SplittableRandom random) {
            sentence.with("who", who).with("n", start).with("things", things);
            for (int i = 0; i < changes.size(); i++) {
                int change = changes.get(i);
                sentence.with("verb" + (i + 1), Draw.one(random, change > 0 ? GAINS : LOSSES))
                        .with("k" + (i + 1), Math.abs(change));
            }
            return sentence.beat();
        }
    }
}
