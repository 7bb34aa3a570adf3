package org.rpt4j.run.config;

import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.KeyText;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.section.Sections;

/**
 * Renders the configuration reference, {@code docs/configuration.md}, from the declarations of the keys.
 *
 * @since 0.1.0
 */
public final class ConfigurationReference {

    private static final String INTRODUCTION = """
            # Configuration

            This page is generated from the code; do not edit it. `rpt4j config --reference` prints it.

            One configuration determines a run: `rpt4j run --config FILE`, or `RunConfiguration.load(path)` in code.
            A `.properties`, `.yaml`, `.yml` or `.json` file sets the keys below. In YAML and JSON the dots of a key
            may be levels:

            ```yaml
            model:
              directory: models/my-model
            corpus:
              files: [corpus/problems.jsonl]
              text-fields: [problem, solution]
              join: SOLUTION_TARGETS_ONLY
            training:
              steps: 200
            ```

            ## Precedence

            The first of these that has a value wins:

            1. code: `RunConfiguration.builder().set(TrainingKeys.STEPS, 200L)`; on the command line,
               `--training.steps 200`, its short form `--steps 200`, or `--set training.steps=200`
            2. system properties: `-Drpt4j.training.steps=200`
            3. the environment: `RPT4J_TRAINING_STEPS=200` (upper case, `_` for `.` and `-`)
            4. the file
            5. the default: a constant, or derived from another key

            `rpt4j config --config FILE` prints every value in effect with its source, followed by notes on settings
            that deserve a look: overridden parts of a preset, and values without effect. A run directory keeps the
            same list.

            ## Errors

            All errors are reported at once, with file and line: unknown keys, values out of range, and values that
            conflict. Values are taken literally. YAML does not turn `on` into true, `010` into 8 or `12:30` into 750:
            flags are `true` or `false`, and numbers are decimal. A file may set a key only once. There are no
            includes, no interpolation and no YAML anchors.

            Outside YAML and JSON a comma separates the elements of a list, and `\\,` is a literal comma
            (`\\\\,` in a properties file). Relative paths start at the working directory of the process,
            never at the directory of the file; an error about a missing path shows it whole.
            """;

    private ConfigurationReference() {}

    /** Returns the page in Markdown. */
    public static String markdown() {
        StringBuilder page = new StringBuilder(INTRODUCTION);
        Sections.all().forEach(section -> append(page, section));
        return page.toString();
    }

    private static void append(StringBuilder page, Section section) {
        page.append("\n## ")
                .append(section.title())
                .append(": `")
                .append(section.name())
                .append(".*`\n\n");
        if (!section.relevance().condition().isEmpty()) {
            page.append("These keys take effect if ")
                    .append(section.relevance().condition())
                    .append(".\n\n");
        }
        page.append("| key | values | default | meaning |\n|---|---|---|---|\n");
        section.keys().forEach(key -> append(page, key));
    }

    private static void append(StringBuilder page, Key<?> key) {
        KeyText text = key.text();
        page.append("| `").append(key.name()).append("` | ").append(key.type().describe());
        page.append(text.unit().isEmpty() ? "" : " (" + text.unit() + ")");
        page.append(" | ").append(byDefault(key));
        page.append(" | ").append(cell(text.description()));
        if (!key.relevance().condition().isEmpty()) {
            page.append(" Takes effect if ").append(key.relevance().condition()).append('.');
        }
        page.append(text.citation().isEmpty() ? "" : " *" + cell(text.citation()) + "*")
                .append(" |\n");
    }

    private static <T> String byDefault(Key<T> key) {
        if (key.byDefault() instanceof Default.Fixed<T> fixed) {
            return "`" + visible(key.type().format(fixed.value())) + "`";
        }
        if (key.byDefault() instanceof Default.Derived<T> derived) {
            return "from " + derived.describe();
        }
        return key.byDefault() instanceof Default.Absent<T> absent ? "none: " + absent.meaning() : "**required**";
    }

    private static String visible(String value) {
        return cell(value.replace("\n", "\\n"));
    }

    private static String cell(String text) {
        return text.replace("|", "\\|");
    }
}
