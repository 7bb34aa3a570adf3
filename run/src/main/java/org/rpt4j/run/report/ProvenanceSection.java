package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;

/** What the run was made from. */
final class ProvenanceSection {

    private ProvenanceSection() {}

    static String html(RecordedRun run) {
        Provenance record = run.provenance();
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("rpt4j", record.rpt4j()));
        rows.add(List.of("Java", record.java()));
        rows.add(List.of("system", record.system() + ", " + record.processors() + " processors"));
        rows.add(List.of("Java heap", String.format(Locale.ROOT, "at most %,d MiB", record.maxHeapBytes() >> 20)));
        rows.add(List.of("backend", record.backend()));
        rows.add(List.of(
                "model",
                String.format(
                        Locale.ROOT,
                        "%s, %,d parameters, vocabulary of %,d, context of %,d tokens",
                        record.model().architecture(),
                        record.model().parameterCount(),
                        record.model().vocabularySize(),
                        record.model().contextLength())));
        record.artifacts()
                .forEach(artifact ->
                        rows.add(List.of(artifact.role(), artifact.name() + ", SHA-256 " + artifact.sha256())));
        record.seeds().forEach((name, seed) -> rows.add(List.of("seed \"" + name + "\"", seed.toString())));
        List<List<String>> settings = run.configuration().stream()
                .map(setting -> List.of(setting.name(), setting.value(), setting.origin()))
                .toList();
        return Markup.section(
                "Provenance",
                Markup.textTable(List.of("item", "value"), rows)
                        + "<details><summary>Effective configuration</summary>\n"
                        + Markup.textTable(List.of("setting", "value", "source"), settings) + "</details>\n");
    }
}
