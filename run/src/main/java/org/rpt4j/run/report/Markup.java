package org.rpt4j.run.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.rpt4j.api.error.Printable;
import org.rpt4j.model.format.Sha256;

/**
 * Pieces of HTML for pages that load nothing and run nothing. Whatever is text stays text: nothing in it becomes markup.
 * Stateless.
 *
 * @since 0.1.0
 */
public final class Markup {

    private static final String STYLE = "report.css";

    private Markup() {}

    /** Text as content or attribute value: nothing in it is markup, and controls are shown as escapes. */
    public static String escape(String hostile) {
        String text = Printable.of(hostile);
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    /** A whole page. */
    public static String page(String title, String body) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-%s'; \
                base-uri 'none'; form-action 'none'">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta name="color-scheme" content="light dark">
                <title>%s</title>
                <style>%s</style>
                </head>
                <body>
                <main>
                %s</main>
                </body>
                </html>
                """.formatted(hash(style()), escape(title), style(), body);
    }

    /** A section with a heading and content that is markup. */
    public static String section(String heading, String content) {
        return "<section>\n<h2>" + escape(heading) + "</h2>\n" + content + "</section>\n";
    }

    /** A paragraph of markup. */
    public static String paragraph(String markup) {
        return "<p>" + markup + "</p>\n";
    }

    /** The first thing to read. */
    public static String lead(String markup) {
        return "<p class=\"lead\">" + markup + "</p>\n";
    }

    /** A remark in small print, of markup. */
    public static String note(String markup) {
        return "<p class=\"note\">" + markup + "</p>\n";
    }

    /** A figure, such as {@link TradeOffChart#svg}, with a caption of markup. */
    public static String figure(String svg, String caption) {
        return "<figure>\n" + svg + "<figcaption>" + caption + "</figcaption>\n</figure>\n";
    }

    /** Figures side by side where there is room: {@code many} small ones or a {@code pair}. */
    public static String figures(String arrangement, List<String> figures) {
        return "<div class=\"figures " + arrangement + "\">\n" + String.join("", figures) + "</div>\n";
    }

    /** A table of plain text whose first column names the rows and whose others hold numbers. */
    public static String table(List<String> heads, List<List<String>> rows) {
        StringBuilder table = new StringBuilder("<div class=\"scroll\"><table>\n<thead><tr>");
        heads.forEach(
                head -> table.append("<th scope=\"col\">").append(escape(head)).append("</th>"));
        table.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            table.append("<tr><th scope=\"row\">").append(escape(row.get(0))).append("</th>");
            row.stream()
                    .skip(1)
                    .forEach(cell -> table.append("<td>").append(escape(cell)).append("</td>"));
            table.append("</tr>\n");
        }
        return table.append("</tbody>\n</table></div>\n").toString();
    }

    /** A table whose cells are words. */
    public static String textTable(List<String> heads, List<List<String>> rows) {
        return table(heads, rows).replace("<table>", "<table class=\"text\">");
    }

    /** Of the only style that the page may have; it loads nothing and runs nothing. */
    private static String hash(String style) {
        Sha256 hash = new Sha256();
        hash.add(style);
        return Base64.getEncoder().encodeToString(HexFormat.of().parseHex(hash.hex()));
    }

    private static String style() {
        try (InputStream in = Objects.requireNonNull(Markup.class.getResourceAsStream(STYLE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
