package org.rpt4j.samples.stories;

import java.time.DayOfWeek;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads a story sentence by sentence and derives its answers, independently of the generator. */
final class StorySolver {

    /** Returns what the solver finds at a position of the text, which is the space in front of the word. */
    record Finding(int offset, String answer) {}

    static final String NAME = "(Mara|Otto|Lena|Omar|Pia|Ravi|Ivo|Nora|Hugo|Ada|Emil|Tara)";
    static final String DAY = "(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";
    private static final String PLACE = "(first|second|third|last)";
    private static final Pattern FACT = Pattern.compile("\\d|" + NAME + "|" + DAY);

    private final List<Rule> rules = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, DayOfWeek> days = new HashMap<>();
    private final Map<String, String> holders = new HashMap<>();
    private final List<String> queue = new ArrayList<>();
    private int inEach;
    private int sum;
    private int start;

    private StorySolver() {
        readQuantities();
        readUnits();
        readCalendar();
        readHolders();
        readQueue();
    }

    static List<Finding> solve(String text) {
        StorySolver solver = new StorySolver();
        for (String sentence : text.split("(?<=\\.) ")) {
            solver.read(sentence);
            solver.start += sentence.length() + 1;
        }
        return solver.findings;
    }

    private record Rule(Pattern pattern, Consumer<Matcher> reading) {}

    private void rule(String regex, Consumer<Matcher> reading) {
        String pattern = regex.replace("NAME", NAME).replace("DAY", DAY).replace("PLACE", PLACE);
        rules.add(new Rule(Pattern.compile(pattern.replace("#", "(\\d+)")), reading));
    }

    private void read(String sentence) {
        int matches = 0;
        for (Rule rule : rules) {
            Matcher matcher = rule.pattern().matcher(sentence);
            if (matcher.matches()) {
                rule.reading().accept(matcher);
                matches++;
            }
        }
        boolean tellsFacts = FACT.matcher(sentence).find();
        if (matches != (tellsFacts ? 1 : 0)) {
            throw new AssertionError(matches + " readings of: " + sentence);
        }
    }

    private void find(Matcher matcher, int group, Object answer) {
        if (matcher.group(group) != null) {
            findings.add(new Finding(start + matcher.start(group) - 1, " " + answer));
        }
    }

    private void readQuantities() {
        rule(
                "(?:At first |Next door )?NAME (?:has|starts with|owns|comes with) #(?: \\w+| as well| of them)?\\.",
                m -> counts.put(m.group(1), Integer.parseInt(m.group(2))));
        rule("(?:Then |Later )?NAME (?:finds|buys|picks) # more\\.", m -> add(m.group(1), m.group(2), 1));
        rule("NAME gets # from a friend\\.", m -> add(m.group(1), m.group(2), 1));
        rule("A neighbour gives # to NAME\\.", m -> add(m.group(2), m.group(1), 1));
        rule("(?:Then |Later )?NAME (?:eats|sells|loses) # of them\\.", m -> add(m.group(1), m.group(2), -1));
        rule("NAME gives # to a friend\\.", m -> add(m.group(1), m.group(2), -1));
        rule("A neighbour takes # from NAME\\.", m -> add(m.group(2), m.group(1), -1));
        rule("(?:Then )?NAME (?:gives|hands) # to NAME\\.", m -> {
            add(m.group(1), m.group(2), -1);
            add(m.group(3), m.group(2), 1);
        });
        rule("(?:Later )?NAME (?:gets|takes) # from NAME\\.", m -> {
            add(m.group(1), m.group(2), 1);
            add(m.group(3), m.group(2), -1);
        });
        rule(
                "(?:Now|By now|That leaves|So) NAME (?:has|with|counts) # \\w+\\.",
                m -> find(m, 2, counts.get(m.group(1))));
    }

    private void add(String who, String amount, int sign) {
        counts.merge(who, sign * Integer.parseInt(amount), Integer::sum);
    }

    private void readUnits() {
        rule(".*# \\w+ (?:with|of) # \\w+ each\\.", m -> {
            inEach = Integer.parseInt(m.group(2));
            sum = inEach * Integer.parseInt(m.group(1));
        });
        rule(".*(?:adds|puts|has|finds) # (?:loose|more) \\w+\\.", m -> sum += Integer.parseInt(m.group(1)));
        rule(
                ".*(?:takes|drops|lends|breaks) # \\w+(?: away| to a friend)?\\.",
                m -> sum -= Integer.parseInt(m.group(1)));
        rule(".*# more such \\w+(?: come in)?\\.", m -> sum += inEach * Integer.parseInt(m.group(1)));
        rule(
                ".*# (?:of the )?full \\w+(?: away| are gone| to a friend)?\\.",
                m -> sum -= inEach * Integer.parseInt(m.group(1)));
        rule(
                "(?:That makes|Altogether NAME has|In total NAME counts|So the sum is) # \\w+(?: in all)?\\.",
                m -> find(m, 3, sum));
    }

    private void readCalendar() {
        rule("(?:Today is|Today is a|It is|Today it is) DAY(?: today)?\\.", m -> days.put("today", day(m.group(1))));
        rule("The (\\w+) (?:is|comes) # days? from (?:today|now)\\.", m -> date(m.group(1), "today", m.group(2), 1));
        rule("In # days? there is the (\\w+)\\.", m -> date(m.group(2), "today", m.group(1), 1));
        rule("The (\\w+) starts in # days?\\.", m -> date(m.group(1), "today", m.group(2), 1));
        rule(
                "The (\\w+) (?:is|comes|starts) # days? after the (\\w+)\\.",
                m -> date(m.group(1), m.group(3), m.group(2), 1));
        rule(
                "The (\\w+) (?:is|comes|starts) # days? before the (\\w+)\\.",
                m -> date(m.group(1), m.group(3), m.group(2), -1));
        rule("Then # days? after the (\\w+) there is the (\\w+)\\.", m -> date(m.group(3), m.group(2), m.group(1), 1));
        rule("But # days? before the (\\w+) there is the (\\w+)\\.", m -> date(m.group(3), m.group(2), m.group(1), -1));
        rule("(?:So|That means) the (\\w+) (?:is|falls) on DAY(?: and the (\\w+) on DAY)?\\.", this::findDays);
        rule("The day of the (\\w+) is DAY(?: and of the (\\w+) DAY)?\\.", this::findDays);
    }

    private void date(String event, String base, String amount, int sign) {
        days.put(event, days.get(base).plus(sign * Long.parseLong(amount)));
    }

    private void findDays(Matcher matcher) {
        find(matcher, 2, dayName(matcher.group(1)));
        find(matcher, 4, dayName(matcher.group(3)));
    }

    private String dayName(String event) {
        String name = String.valueOf(days.get(event));
        return name.charAt(0) + name.substring(1).toLowerCase(Locale.ROOT);
    }

    private static DayOfWeek day(String name) {
        return DayOfWeek.valueOf(name.toUpperCase(Locale.ROOT));
    }

    private void readHolders() {
        rule(
                "NAME (?:holds|has|gets) the .*",
                m -> Pattern.compile(NAME + "(?: \\w+)? the (\\w+)")
                        .matcher(m.group())
                        .results()
                        .forEach(found -> holders.put(found.group(2), found.group(1))));
        rule(
                "The \\w+ is with NAME, .*",
                m -> Pattern.compile("he (\\w+)(?: is)? with " + NAME)
                        .matcher(m.group())
                        .results()
                        .forEach(found -> holders.put(found.group(1), found.group(2))));
        rule("(?:Next )?NAME and NAME (?:swap|trade).*", m -> swap(m.group(1), m.group(2)));
        rule("(?:Then )?NAME (?:swaps|makes a trade) with NAME\\.", m -> swap(m.group(1), m.group(2)));
        rule(
                "(?:Now|So|In the end|By now) the (\\w+) is (?:with|held by) NAME(?: and the (\\w+) (?:with|by)"
                        + " NAME)?\\.",
                m -> {
                    find(m, 2, holders.get(m.group(1)));
                    find(m, 4, holders.get(m.group(3)));
                });
    }

    private void swap(String a, String b) {
        holders.replaceAll((thing, holder) -> holder.equals(a) ? b : holder.equals(b) ? a : holder);
    }

    private void readQueue() {
        rule(
                "(?:In the queue stand |The queue is )?NAME(?: leads the queue, then|,) NAME,? (?:NAME,? )?and NAME(?:"
                        + " stand in a queue)?\\.",
                m -> {
                    queue.clear();
                    Pattern.compile(NAME).matcher(m.group()).results().forEach(found -> queue.add(found.group()));
                });
        rule("(?:Then |Next )?NAME (?:moves up|steps forward by|gets) one place.*", m -> move(m.group(1), -1));
        rule("Then NAME passes the next person\\.", m -> move(m.group(1), -1));
        rule("(?:Then |Next )?NAME (?:drops back|steps back by|falls) one place.*", m -> move(m.group(1), 1));
        rule("Then NAME lets the next person pass\\.", m -> move(m.group(1), 1));
        rule("(?:Then |Next )?NAME .* to the front\\.", m -> move(m.group(1), -queue.indexOf(m.group(1))));
        rule("(?:Then |Next )?NAME .* to the end\\.", m -> move(m.group(1), 3 - queue.indexOf(m.group(1))));
        rule(
                ".* the PLACE (?:in the queue is|in line is|place belongs to) NAME(?: and the PLACE (?:is|to)"
                        + " NAME)?\\.",
                m -> {
                    find(m, 2, at(m.group(1)));
                    find(m, 4, at(m.group(3)));
                });
    }

    private void move(String who, int by) {
        int place = queue.indexOf(who);
        queue.remove(who);
        queue.add(place + by, who);
    }

    private String at(String place) {
        int index = List.of("first", "second", "third", "last").indexOf(String.valueOf(place));
        return index < 0 ? "" : queue.get(index);
    }
}
