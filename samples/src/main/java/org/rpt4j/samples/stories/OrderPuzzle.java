package org.rpt4j.samples.stories;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Positions in a queue after several moves. */
final class OrderPuzzle implements Puzzle {

    private static final int LENGTH = 4;
    private static final List<String> PLACES = List.of("first", "second", "third", "last");
    private static final Wordings START = Wordings.of(
            "{p0}, {p1}, {p2} and {p3} stand in a queue.",
            "In the queue stand {p0}, {p1}, {p2} and {p3}.",
            "The queue is {p0}, {p1}, {p2} and {p3}.",
            "{p0} leads the queue, then {p1}, {p2} and {p3}.");
    private static final Wordings ONE = Wordings.of(
            "Now the {place} in the queue is {answer}.",
            "So the {place} in line is {answer}.",
            "By now the {place} place belongs to {answer}.",
            "In the end the {place} in the queue is {answer}.");
    private static final Wordings TWO = Wordings.of(
            "Now the {place} in the queue is {answer} and the {next} is {also}.",
            "So the {place} in line is {answer} and the {next} is {also}.",
            "By now the {place} place belongs to {answer} and the {next} to {also}.",
            "In the end the {place} in the queue is {answer} and the {next} is {also}.");

    @Override
    public String kind() {
        return "order";
    }

    @Override
    public List<Beat> tell(Cast cast, SplittableRandom random) {
        return new Telling(cast.next(LENGTH), random).run();
    }

    /** A change of place, with its wordings. */
    private enum Move {
        UP(Wordings.of(
                "{who} moves up one place.",
                "Then {who} passes the next person.",
                "{who} steps forward by one place.",
                "Next {who} gets one place ahead.")),
        BACK(Wordings.of(
                "{who} drops back one place.",
                "Then {who} lets the next person pass.",
                "{who} steps back by one place.",
                "Next {who} falls one place behind.")),
        FRONT(Wordings.of(
                "{who} goes to the front.",
                "Then {who} runs to the front.",
                "{who} is called to the front.",
                "Next {who} jumps to the front.")),
        END(Wordings.of(
                "{who} goes to the end.",
                "Then {who} walks to the end.",
                "{who} is sent to the end.",
                "Next {who} turns back to the end."));

        private final Wordings wordings;

        Move(Wordings wordings) {
            this.wordings = wordings;
        }

        int target(int place) {
            return switch (this) {
                case UP -> place - 1;
                case BACK -> place + 1;
                case FRONT -> 0;
                case END -> LENGTH - 1;
            };
        }

        /** Returns whether the move is possible from a place and differs from a shorter one. */
        boolean suits(int place) {
            return switch (this) {
                case UP -> place > 0;
                case BACK -> place < LENGTH - 1;
                case FRONT -> place > 1;
                case END -> place < LENGTH - 2;
            };
        }

        /** Returns whether the move itself reveals the resulting position. */
        boolean names(int place) {
            return this == FRONT && place == 0 || this == END && place == LENGTH - 1;
        }
    }

    /** One telling of the puzzle. */
    private final class Telling {

        private final SplittableRandom random;
        private final List<Beat> beats = new ArrayList<>();
        private final List<String> queue;
        private final List<String> movers;
        private final StringBuilder thought = new StringBuilder(" queue:");
        private final Map<Integer, String> told = new HashMap<>();
        private Move last = Move.UP;

        Telling(List<String> people, SplittableRandom random) {
            this.random = random;
            queue = new ArrayList<>(people);
            movers = Draw.some(random, people, LENGTH);
        }

        List<Beat> run() {
            Sentence start = START.pick(random);
            for (int i = 0; i < LENGTH; i++) {
                start.with("p" + i, queue.get(i));
            }
            beats.add(start.beat());
            noteQueue();
            if (Draw.chance(random, 30)) {
                move(2);
                reveal();
                move(2);
            } else {
                move(Draw.between(random, 2, 4));
            }
            reveal();
            return beats;
        }

        /** Moves people who have not moved before, so that a name identifies its move. */
        private void move(int times) {
            for (int i = 0; i < times; i++) {
                String who = movers.remove(0);
                int place = queue.indexOf(who);
                last = Draw.one(
                        random,
                        List.of(Move.values()).stream()
                                .filter(move -> move.suits(place))
                                .toList());
                queue.remove(place);
                queue.add(last.target(place), who);
                beats.add(last.wordings.pick(random).with("who", who).beat());
                thought.append(' ').append(who).append(':');
                noteQueue();
            }
        }

        private void noteQueue() {
            thought.append(' ').append(String.join(" ", queue)).append('.');
        }

        /** States who stands at one or two places that neither the last move nor an earlier sentence reveals. */
        private void reveal() {
            List<Integer> open = IntStream.range(0, LENGTH)
                    .filter(place -> !last.names(place) && !queue.get(place).equals(told.get(place)))
                    .boxed()
                    .toList();
            boolean two = open.size() > 1 && random.nextBoolean();
            List<Integer> asked = Draw.some(random, open, two ? 2 : 1);
            Sentence sentence = (two ? TWO : ONE).pick(random);
            infer(sentence, "place", "answer", asked.get(0));
            if (two) {
                infer(sentence, "next", "also", asked.get(1));
            }
            beats.add(sentence.beat());
        }

        private void infer(Sentence sentence, String placeSlot, String nameSlot, int place) {
            sentence.with(placeSlot, PLACES.get(place)).infer(nameSlot, queue.get(place), thought.toString(), kind());
            told.put(place, queue.get(place));
        }
    }
}
