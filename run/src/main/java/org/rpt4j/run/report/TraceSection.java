package org.rpt4j.run.report;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.rpt4j.core.reward.AnswerExtractor;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.Trace;

/** Complete attempts at the same tokens in the first and in the last evaluation. */
final class TraceSection {

    private TraceSection() {}

    /** The same task in two evaluations. */
    private record Pair(Trace before, Trace after) {}

    /**
     * @param ends what may close a thought
     */
    static String html(List<EvaluationRecord> evaluations, List<Trace> responses, List<String> ends) {
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
                                pairs.stream()
                                        .filter(p ->
                                                !p.before().isHit() && p.after().isHit())
                                        .toList(),
                                pairs.size(),
                                2,
                                ends)
                        + chosen(
                                "Right before, missed after",
                                pairs.stream()
                                        .filter(p ->
                                                p.before().isHit() && !p.after().isHit())
                                        .toList(),
                                pairs.size(),
                                1,
                                ends));
    }

    /** Where the answer begins in a response that closes no thought. */
    private static int unmarkedThought(Trace trace, List<String> ends) {
        String prompt = trace.prompt().stripTrailing();
        if (ends.stream().anyMatch(prompt::endsWith)) {
            return 0;
        }
        int box = trace.prediction() == null ? -1 : trace.response().lastIndexOf(AnswerExtractor.BOX);
        return box < 0 ? trace.response().length() : box;
    }

    private static Map<Long, Trace> firstMembers(List<Trace> responses, String label) {
        Map<Long, Trace> first = new LinkedHashMap<>();
        responses.stream()
                .filter(trace -> trace.label().equals(label) && trace.member() == 0)
                .forEach(trace -> first.put(trace.task(), trace));
        return first;
    }

    private static String chosen(String heading, List<Pair> all, int outOf, int count, List<String> ends) {
        StringBuilder html = new StringBuilder(
                "<h3>" + Markup.escape(heading) + " (" + all.size() + " of " + outOf + " tokens)</h3>\n");
        all.stream()
                .sorted(Comparator.comparing((Pair pair) -> pair.after().truncated())
                        .thenComparing(pair -> -pair.after().tokens()))
                .limit(count)
                .forEach(pair -> html.append(html(pair, ends)));
        return all.isEmpty() ? html + Markup.paragraph("None.") : html.toString();
    }

    private static String html(Pair pair, List<String> ends) {
        Trace task = pair.before();
        return "<article class=\"trace\">\n"
                + Markup.note("Document " + Markup.escape(task.document()) + ", position " + task.position()
                        + ", entropy " + Numbers.fixed(task.entropy(), 2) + " nats. The target token is marked;"
                        + " the text after it was hidden, too.")
                + "<div class=\"quote\">" + Markup.escape(task.context()) + "<mark>" + Markup.escape(task.target())
                + "</mark></div>\n"
                + "<div class=\"sides\">\n" + side(pair.before(), ends) + side(pair.after(), ends) + "</div>\n"
                + "<details><summary>Whole prompt and continuation</summary>\n"
                + "<div class=\"quote\">" + Markup.escape(task.prompt()) + "</div>\n"
                + "<div class=\"quote\">" + Markup.escape(task.continuation()) + "</div>\n</details>\n"
                + "</article>\n";
    }

    static String side(Trace trace, List<String> ends) {
        String style = trace.isHit() ? "hit" : "miss";
        String thought = trace.response();
        String answer = "";
        for (String end : ends) {
            int at = trace.response().lastIndexOf(end);
            if (at >= 0 && at < thought.length()) {
                thought = trace.response().substring(0, at);
                answer = trace.response().substring(at + end.length());
            }
        }
        if (answer.isEmpty() && thought.length() == trace.response().length()) {
            int start = unmarkedThought(trace, ends);
            answer = thought.substring(start);
            thought = thought.substring(0, start);
        }
        return "<div><p class=\"verdict\">" + Markup.escape(trace.label()) + ": <span class=\"" + style + "\">"
                + (trace.isHit() ? "right" : "missed") + "</span> (" + Markup.escape(trace.reason()) + ", "
                + trace.tokens() + " tokens)</p>\n<div class=\"quote " + style + "\">"
                + Markup.escape(thought.strip())
                + (answer.isEmpty() ? "" : "\n<strong>" + Markup.escape(answer.strip()) + "</strong>")
                + "</div></div>\n";
    }
}
