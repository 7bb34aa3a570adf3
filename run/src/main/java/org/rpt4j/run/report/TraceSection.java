package org.rpt4j.run.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.Trace;

/** Complete attempts at the same tokens in the first and in the last evaluation. */
final class TraceSection {

    private static final String THINK_END = "</think>";

    private TraceSection() {}

    /** The same task in two evaluations. */
    private record Pair(Trace before, Trace after) {}

    static String html(List<EvaluationRecord> evaluations, List<Trace> responses) {
        if (evaluations.size() < 2) {
            return "";
        }
        String first = evaluations.get(0).report().label();
        String last = evaluations.get(evaluations.size() - 1).report().label();
        Map<Long, Trace> before = firstMembers(responses, first);
        List<Pair> pairs = firstMembers(responses, last).values().stream()
                .flatMap(after -> Stream.ofNullable(before.get(after.task())).map(found -> new Pair(found, after)))
                .toList();
        return Markup.section(
                "Thoughts before and after",
                Markup.note("The longest complete thoughts of the last evaluation, out of " + pairs.size()
                                + " tokens with kept responses. Examples to read, not evidence.")
                        + chosen(
                                "Missed before, right after",
                                pairs,
                                p -> !p.before().isHit() && p.after().isHit(),
                                2)
                        + chosen(
                                "Right before, missed after",
                                pairs,
                                p -> p.before().isHit() && !p.after().isHit(),
                                1));
    }

    private static Map<Long, Trace> firstMembers(List<Trace> responses, String label) {
        Map<Long, Trace> first = new LinkedHashMap<>();
        responses.stream()
                .filter(trace -> trace.label().equals(label) && trace.member() == 0)
                .forEach(trace -> first.put(trace.task(), trace));
        return first;
    }

    private static String chosen(String heading, List<Pair> pairs, Predicate<Pair> kind, int count) {
        List<Pair> all = pairs.stream().filter(kind).toList();
        StringBuilder html = new StringBuilder(
                "<h3>" + Markup.escape(heading) + " (" + all.size() + " of " + pairs.size() + " tokens)</h3>\n");
        all.stream()
                .sorted(Comparator.comparing((Pair pair) -> pair.after().truncated())
                        .thenComparing(pair -> -pair.after().tokens()))
                .limit(count)
                .forEach(pair -> html.append(html(pair)));
        return all.isEmpty() ? html + Markup.paragraph("None.") : html.toString();
    }

    private static String html(Pair pair) {
        Trace task = pair.before();
        return "<article class=\"trace\">\n"
                + Markup.note("Document " + Markup.escape(task.document()) + ", position " + task.position()
                        + ", entropy " + Numbers.fixed(task.entropy(), 2) + " nats. The target token is marked;"
                        + " the text after it was hidden, too.")
                + "<div class=\"quote\">" + Markup.escape(task.context()) + "<mark>" + Markup.escape(task.target())
                + "</mark></div>\n"
                + "<div class=\"sides\">\n" + side(pair.before()) + side(pair.after()) + "</div>\n"
                + "<details><summary>Whole prompt and continuation</summary>\n"
                + "<div class=\"quote\">" + Markup.escape(task.prompt()) + "</div>\n"
                + "<div class=\"quote\">" + Markup.escape(task.continuation()) + "</div>\n</details>\n"
                + "</article>\n";
    }

    static String side(Trace trace) {
        String style = trace.isHit() ? "hit" : "miss";
        int end = trace.response().lastIndexOf(THINK_END);
        boolean closedByPrompt = trace.prompt().stripTrailing().endsWith(THINK_END);
        int thoughtEnd = end >= 0 ? end : closedByPrompt ? 0 : trace.response().length();
        int answerStart = end >= 0 ? end + THINK_END.length() : thoughtEnd;
        String thought = trace.response().substring(0, thoughtEnd);
        String answer = trace.response().substring(answerStart);
        return "<div><p class=\"verdict\">" + Markup.escape(trace.label()) + ": <span class=\"" + style + "\">"
                + (trace.isHit() ? "right" : "missed") + "</span> (" + Markup.escape(trace.reason()) + ", "
                + trace.tokens() + " tokens)</p>\n<div class=\"quote " + style + "\">"
                + Markup.escape(thought.strip())
                + (answer.isEmpty() ? "" : "\n<strong>" + Markup.escape(answer.strip()) + "</strong>")
                + "</div></div>\n";
    }
}
