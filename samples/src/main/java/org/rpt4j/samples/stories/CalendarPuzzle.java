package org.rpt4j.samples.stories;

import java.time.DayOfWeek;
import java.time.format.TextStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The weekday of an event that is dated relative to other events. */
final class CalendarPuzzle implements Puzzle {

    private static final Wordings TODAY =
            Wordings.of("Today is {day}.", "It is {day} today.", "Today it is {day}.", "Today is a {day}.");
    private static final Wordings FROM_TODAY = Wordings.of(
            "The {event} is {k} {days} from today.",
            "The {event} comes {k} {days} from now.",
            "In {k} {days} there is the {event}.",
            "The {event} starts in {k} {days}.");
    private static final Wordings AFTER = Wordings.of(
            "The {event} is {k} {days} after the {base}.",
            "The {event} comes {k} {days} after the {base}.",
            "Then {k} {days} after the {base} there is the {event}.",
            "The {event} starts {k} {days} after the {base}.");
    private static final Wordings BEFORE = Wordings.of(
            "The {event} is {k} {days} before the {base}.",
            "The {event} comes {k} {days} before the {base}.",
            "But {k} {days} before the {base} there is the {event}.",
            "The {event} starts {k} {days} before the {base}.");
    private static final Wordings DATE = Wordings.of(
            "So the {event} is on {answer}.",
            "So the {event} falls on {answer}.",
            "The day of the {event} is {answer}.",
            "That means the {event} is on {answer}.");
    private static final Wordings DATES = Wordings.of(
            "So the {event} is on {answer} and the {next} on {also}.",
            "So the {event} falls on {answer} and the {next} on {also}.",
            "The day of the {event} is {answer} and of the {next} {also}.",
            "That means the {event} is on {answer} and the {next} on {also}.");

    @Override
    public String kind() {
        return "calendar";
    }

    @Override
    public List<Beat> tell(Cast cast, SplittableRandom random) {
        return new Telling(random).run();
    }

    /**
     * An event on a day of the week.
     *
     * @param hops number of dates between the event and a stated day
     * @param thought dates everything since the last stated day, up to this event
     */
    private record Event(String name, DayOfWeek day, int hops, String thought) {

        static Event told(String name, DayOfWeek day) {
            return new Event(name, day, 0, "");
        }

        /** Returns the event with one more step in its thought. */
        Event after(String step) {
            return new Event(name, day, hops, thought + step);
        }

        String dayName() {
            return day.getDisplayName(TextStyle.FULL, Locale.ENGLISH);
        }
    }

    /** One telling of the puzzle. */
    private final class Telling {

        private static final int MOST_EVENTS = 6;
        private static final String TODAY_NAME = "today";

        private final SplittableRandom random;
        private final List<Beat> beats = new ArrayList<>();
        private final List<String> names;
        private final List<Integer> amounts;

        Telling(SplittableRandom random) {
            this.random = random;
            names = Draw.some(random, Lexicon.EVENTS, MOST_EVENTS);
            amounts = Draw.some(random, List.of(1, 2, 3, 4, 5, 6), MOST_EVENTS);
        }

        List<Beat> run() {
            Event today = Event.told(TODAY_NAME, Draw.one(random, List.of(DayOfWeek.values())));
            beats.add(TODAY.pick(random).with("day", today.dayName()).beat());
            Event known = chain(today, Draw.between(random, 2, 4));
            if (random.nextBoolean()) {
                chain(known, 2);
            }
            return beats;
        }

        /** Dates events one by one, starting from a stated day, and then states the day of the last one. */
        private Event chain(Event known, int length) {
            List<Event> dated = new ArrayList<>();
            dated.add(date(known, ""));
            while (dated.size() < length) {
                Event latest = dated.get(dated.size() - 1);
                boolean branch = dated.size() > 1 && Draw.chance(random, 30);
                dated.add(date(branch ? dated.get(dated.size() - 2) : latest, latest.thought()));
            }
            Event last = dated.remove(length - 1);
            tell(last, dated.stream().filter(event -> event.hops() > 1).toList());
            return Event.told(last.name(), last.day());
        }

        private Event date(Event base, String thought) {
            boolean fromToday = base.name().equals(TODAY_NAME);
            boolean after = fromToday || random.nextBoolean();
            int days = amounts.remove(0);
            String name = names.remove(0);
            DayOfWeek day = base.day().plus(after ? days : -days);
            Wordings wordings = fromToday ? FROM_TODAY : after ? AFTER : BEFORE;
            beats.add(wordings.pick(random)
                    .with("event", name)
                    .with("base", base.name())
                    .with("k", days)
                    .with("days", Lexicon.counted(days, "day"))
                    .beat());
            Event event = new Event(name, day, base.hops() + 1, thought);
            return event.after(String.format(
                    Locale.ROOT,
                    " %s: %s %s %d = %s.",
                    name,
                    base.dayName(),
                    after ? "+" : "-",
                    days,
                    event.dayName()));
        }

        /** States the day of an event and sometimes that of a second one. */
        private void tell(Event event, List<Event> others) {
            boolean two = !others.isEmpty() && random.nextBoolean();
            Sentence sentence = (two ? DATES : DATE).pick(random);
            infer(sentence.with("event", event.name()), "answer", event);
            if (two) {
                Event other = Draw.one(random, others);
                infer(sentence.with("next", other.name()), "also", other);
            }
            beats.add(sentence.beat());
        }

        private void infer(Sentence sentence, String slot, Event event) {
            sentence.infer(slot, event.dayName(), event.thought(), kind());
        }
    }
}
