package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What three people own after some changes, alone and together: few facts at first, many consequences afterwards. Kept out
 * of the shorter stories, since its numbers fill a story alone.
 */
final class LedgerPuzzle implements Puzzle {

    private static final int MOST = 20;
    private static final int PEOPLE = 3;
    private static final List<String> GAINS = List.of("finds", "buys");
    private static final List<String> LOSSES = List.of("eats", "sells");

    private static final Wordings FIRST = Wordings.of("{who} has {n} {things}, {verb1} {k1} and {verb2} {k2}.");
    private static final Wordings OTHERS = Wordings.of("{who} has {n}, {verb1} {k1} and {verb2} {k2}.");
    private static final Wordings EACH = Wordings.of(
            "In the end {a} has {na}, {b} has {nb} and {c} has {nc}.",
            "So now {a} has {na}, {b} has {nb} and {c} has {nc}.");
    private static final Wordings TOGETHER = Wordings.of(
            "{a} and {b} together have {nab}, {b} and {c} have {nbc} and all of them have {nabc}.");

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
        int a = accounts.get(0).end();
        int b = accounts.get(1).end();
        int c = accounts.get(2).end();
        beats.add(named(EACH.pick(random), people)
                .infer("na", Integer.toString(a), accounts.get(0).thought(), kind())
                .infer("nb", Integer.toString(b), accounts.get(1).thought(), kind())
                .infer("nc", Integer.toString(c), accounts.get(2).thought(), kind())
                .beat());
        beats.add(named(TOGETHER.pick(random), people)
                .infer("nab", Integer.toString(a + b), sum(a, b), kind())
                .infer("nbc", Integer.toString(b + c), sum(b, c), kind())
                .infer("nabc", Integer.toString(a + b + c), sum(a, b) + sum(a + b, c), kind())
                .beat());
        return beats;
    }

    private static Sentence named(Sentence sentence, List<String> people) {
        return sentence.with("a", people.get(0)).with("b", people.get(1)).with("c", people.get(2));
    }

    private static String sum(int left, int right) {
        return " %d + %d = %d.".formatted(left, right, left + right);
    }

    /** Three accounts that together end at no more than the largest number of the stories. */
    private static List<Account> accounts(SplittableRandom random) {
        while (true) {
            List<Account> accounts = new ArrayList<>();
            int total = 0;
            for (int i = 0; i < PEOPLE; i++) {
                Account account = Account.draw(random);
                accounts.add(account);
                total += account.end();
            }
            if (total <= MOST) {
                return accounts;
            }
        }
    }

    /**
     * What one person owns.
     *
     * @param start things at first, at least two
     * @param first first change, not zero
     * @param second second change, not zero
     */
    private record Account(int start, int first, int second) {

        static Account draw(SplittableRandom random) {
            while (true) {
                Account account = new Account(Draw.between(random, 2, 9), change(random), change(random));
                if (account.middle() >= 1 && account.end() >= 1) {
                    return account;
                }
            }
        }

        private static int change(SplittableRandom random) {
            int amount = Draw.between(random, 1, 7);
            return Draw.chance(random, 50) ? amount : -amount;
        }

        int middle() {
            return start + first;
        }

        int end() {
            return start + first + second;
        }

        String thought() {
            return step(start, first) + step(middle(), second);
        }

        private static String step(int from, int change) {
            return " %d %s %d = %d.".formatted(from, change > 0 ? "+" : "-", Math.abs(change), from + change);
        }

        Beat tell(Sentence sentence, String who, String things, SplittableRandom random) {
            return sentence.with("who", who)
                    .with("n", start)
                    .with("things", things)
                    .with("verb1", verb(first, random))
                    .with("k1", Math.abs(first))
                    .with("verb2", verb(second, random))
                    .with("k2", Math.abs(second))
                    .beat();
        }

        private static String verb(int change, SplittableRandom random) {
            return Draw.one(random, change > 0 ? GAINS : LOSSES);
        }
    }
}
