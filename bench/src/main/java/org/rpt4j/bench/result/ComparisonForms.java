package org.rpt4j.bench.result;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.rpt4j.core.eval.PairedDifference;
import org.rpt4j.run.report.Markup;

/** The forms of a comparison: for a terminal, as JSON, and as a page. */
final class ComparisonForms {

    private static final List<String> HEADS = List.of("points", "95 % interval", "gained", "lost", "p");
    private static final int SHOWN_IDS = 200;
    private static final String EXPLAINED =
            "Points are percentage points, second minus first. Intervals are from a paired"
                    + " bootstrap over questions, p from the exact sign test (McNemar).";
    private static final ObjectMapper JSON = new ObjectMapper();

    private ComparisonForms() {}

    static String text(BenchComparison comparison) {
        StringBuilder text = new StringBuilder(
                title(comparison) + "\n" + comparison.first().outcomes().size() + " questions\n\n");
        List<List<String>> rows = new ArrayList<>();
        for (BenchComparison.Difference difference : comparison.readings()) {
            rows.add(row(difference.reading().name(), difference.all()));
        }
        text.append(BenchText.table(heads("reading"), rows)).append('\n');
        BenchComparison.Difference strictest =
                comparison.readings().get(comparison.readings().size() - 1);
        strictest.categories().forEach((level, categories) -> {
            List<List<String>> lines = new ArrayList<>();
            categories.forEach((name, paired) -> lines.add(row(name, paired)));
            text.append("By ")
                    .append(level)
                    .append(", ")
                    .append(strictest.reading().name())
                    .append('\n');
            text.append(BenchText.table(heads(level), lines)).append('\n');
        });
        text.append(EXPLAINED).append('\n');
        comparison
                .changes()
                .forEach(change -> text.append("  ")
                        .append(change.name())
                        .append(": ")
                        .append(change.first())
                        .append(" -> ")
                        .append(change.second())
                        .append('\n'));
        return text.toString();
    }

    static String html(BenchComparison comparison) {
        String title = title(comparison);
        StringBuilder body = new StringBuilder("<header>\n<h1>" + Markup.escape(title) + "</h1>\n<p class=\"byline\">"
                + comparison.first().outcomes().size() + " questions, answered by both.</p>\n</header>\n");
        List<List<String>> rows = new ArrayList<>();
        comparison.readings().forEach(one -> rows.add(row(one.reading().name(), one.all())));
        body.append(Markup.section(
                "Difference", Markup.table(heads("reading"), rows) + Markup.note(Markup.escape(EXPLAINED))));
        for (BenchComparison.Difference difference : comparison.readings()) {
            body.append(Markup.section("As read by " + difference.reading().name(), details(difference)));
        }
        body.append(Markup.section(
                "Settings that differ",
                comparison.changes().isEmpty()
                        ? Markup.paragraph("None.")
                        : Markup.textTable(
                                List.of("setting", "first", "second"),
                                comparison.changes().stream()
                                        .map(change -> List.of(change.name(), change.first(), change.second()))
                                        .toList())));
        return Markup.page(title, body.toString());
    }

    private static String details(BenchComparison.Difference difference) {
        StringBuilder details =
                new StringBuilder(Markup.note(Markup.escape(difference.reading().says())));
        difference.categories().forEach((level, categories) -> {
            List<List<String>> rows = new ArrayList<>();
            categories.forEach((name, paired) -> rows.add(row(name, paired)));
            details.append(Markup.table(heads(level), rows));
        });
        return details.append(Markup.paragraph("Gained: " + ids(difference.gained())))
                .append(Markup.paragraph("Lost: " + ids(difference.lost())))
                .toString();
    }

    private static String ids(List<String> ids) {
        if (ids.isEmpty()) {
            return "none.";
        }
        String shown = String.join(", ", ids.subList(0, Math.min(ids.size(), SHOWN_IDS)));
        return Markup.escape(shown) + (ids.size() > SHOWN_IDS ? " and " + (ids.size() - SHOWN_IDS) + " more." : ".");
    }

    static String json(BenchComparison comparison) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text).useDefaultPrettyPrinter()) {
            json.writeStartObject();
            json.writeStringField("first", comparison.first().model());
            json.writeStringField("second", comparison.second().model());
            json.writeNumberField("questions", comparison.first().outcomes().size());
            json.writeArrayFieldStart("readings");
            for (BenchComparison.Difference difference : comparison.readings()) {
                write(json, difference);
            }
            json.writeEndArray();
            json.writeArrayFieldStart("changes");
            for (BenchComparison.Change change : comparison.changes()) {
                json.writeStartObject();
                json.writeStringField("name", change.name());
                json.writeStringField("first", change.first());
                json.writeStringField("second", change.second());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    private static void write(JsonGenerator json, BenchComparison.Difference difference) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", difference.reading().name());
        write(json, "all", difference.all());
        json.writeObjectFieldStart("categories");
        for (Map.Entry<String, Map<String, PairedDifference>> level :
                difference.categories().entrySet()) {
            json.writeObjectFieldStart(level.getKey());
            for (Map.Entry<String, PairedDifference> category : level.getValue().entrySet()) {
                write(json, category.getKey(), category.getValue());
            }
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeObjectField("gained", difference.gained());
        json.writeObjectField("lost", difference.lost());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, String name, PairedDifference paired) throws IOException {
        json.writeObjectFieldStart(name);
        json.writeNumberField("questions", paired.tasks());
        json.writeNumberField("difference", paired.difference());
        json.writeNumberField("low95", paired.low());
        json.writeNumberField("high95", paired.high());
        json.writeNumberField("gained", paired.gained());
        json.writeNumberField("lost", paired.lost());
        json.writeNumberField("p", paired.pValue());
        json.writeEndObject();
    }

    private static String title(BenchComparison comparison) {
        return comparison.first().title() + ": " + comparison.first().model() + " against "
                + comparison.second().model();
    }

    private static List<String> heads(String first) {
        List<String> heads = new ArrayList<>(List.of(first));
        heads.addAll(HEADS);
        return heads;
    }

    private static List<String> row(String name, PairedDifference paired) {
        String interval = paired.documents() < 2
                ? "-"
                : String.format(Locale.ROOT, "[%+.1f, %+.1f]", 100 * paired.low(), 100 * paired.high());
        return List.of(
                name,
                String.format(Locale.ROOT, "%+.1f", 100 * paired.difference()),
                interval,
                Integer.toString(paired.gained()),
                Integer.toString(paired.lost()),
                paired.pValue() < 0.001 ? "< 0.001" : String.format(Locale.ROOT, "%.3f", paired.pValue()));
    }
}
