package org.rpt4j.spark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.CorpusPlace;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.pipeline.CorpusDivision;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;

/** How a corpus, its parts and the settings of a pipeline travel. Stateless. */
final class CorpusWire {

    private CorpusWire() {}

    static void write(WireWriter to, FileCorpus corpus) {
        to.all(corpus.members(), (wire, member) -> wire.text(member.path()).text(member.name()));
        CorpusOptions options = corpus.options();
        to.name(options.splitting())
                .text(options.separator())
                .whole(options.minimumCharacters())
                .all(options.textFields(), WireWriter::text)
                .text(options.fieldSeparator())
                .name(options.targetFields())
                .whole(options.maxDocumentBytes())
                .whole(options.toleratedBadLines())
                .name(options.format())
                .flag(options.unifyLineEnds())
                .whole(options.maxWindowLog())
                .text(options.root().map(Path::toString).orElse(""));
    }

    static FileCorpus corpus(WireReader from) {
        List<FileCorpus.Member> members = from.all(wire -> new FileCorpus.Member(wire.text(), wire.text()));
        CorpusOptions.Builder options = CorpusOptions.builder()
                .splitting(from.name(CorpusOptions.TextSplitting.class))
                .separator(from.text())
                .minimumCharacters(from.whole())
                .textFields(from.all(WireReader::text))
                .fieldSeparator(from.text())
                .targetFields(from.name(CorpusOptions.TargetFields.class))
                .maxDocumentBytes(from.whole())
                .toleratedBadLines(from.whole())
                .format(from.name(CorpusOptions.Format.class))
                .unifyLineEnds(from.flag())
                .maxWindowLog(from.whole());
        String root = from.text();
        return FileCorpus.of(
                members, options.root(root.isEmpty() ? null : Path.of(root)).build());
    }

    static void write(WireWriter to, CorpusDivision division) {
        CorpusSummary summary = division.summary();
        to.wholeLong(summary.documents())
                .text(summary.fingerprint())
                .all(
                        summary.badLines(),
                        (wire, bad) ->
                                wire.text(bad.file()).wholeLong(bad.line()).text(bad.problem()))
                .all(division.parts(), CorpusWire::write);
    }

    static CorpusDivision division(WireReader from) {
        CorpusSummary summary = new CorpusSummary(
                from.wholeLong(),
                from.text(),
                from.all(wire -> new CorpusSummary.BadLine(wire.text(), wire.wholeLong(), wire.text())));
        return new CorpusDivision(summary, from.all(CorpusWire::part));
    }

    static void write(WireWriter to, CorpusDivision.Part part) {
        CorpusPlace begin = part.begin();
        to.whole(part.number())
                .whole(begin.file())
                .wholeLong(begin.offset())
                .wholeLong(begin.number())
                .wholeLong(begin.documents())
                .wholeLong(part.firstDocument())
                .wholeLong(part.documents())
                .text(part.fingerprint());
    }

    static CorpusDivision.Part part(WireReader from) {
        return new CorpusDivision.Part(
                from.whole(),
                new CorpusPlace(from.whole(), from.wholeLong(), from.wholeLong(), from.wholeLong()),
                from.wholeLong(),
                from.wholeLong(),
                from.text());
    }

    /** Without the split: it happens when a dataset is read. */
    static void write(WireWriter to, PipelineSettings settings) {
        TaskSelection selection = settings.selection();
        write(to, selection.selector());
        to.whole(selection.minContextTokens())
                .whole(selection.maxPositionsPerDocument())
                .whole(selection.maxContextTokens())
                .whole(selection.continuationTokens())
                .wholeLong(selection.seed());
        ScoringOptions scoring = settings.scoring();
        to.whole(scoring.topK()).flag(scoring.renormalise()).whole(scoring.candidates());
        to.whole(settings.windowTokens())
                .whole(settings.windowOverlap())
                .whole(settings.maxDocuments())
                .whole(settings.tokenizerThreads());
    }

    static PipelineSettings settings(WireReader from) {
        TaskSelection selection = TaskSelection.builder(selector(from))
                .minContextTokens(from.whole())
                .maxPositionsPerDocument(from.whole())
                .maxContextTokens(from.whole())
                .continuationTokens(from.whole())
                .seed(from.wholeLong())
                .build();
        return PipelineSettings.builder(selection)
                .scoring(ScoringOptions.builder()
                        .topK(from.whole())
                        .renormalise(from.flag())
                        .candidates(from.whole())
                        .build())
                .windowTokens(from.whole())
                .windowOverlap(from.whole())
                .maxDocuments(from.whole())
                .tokenizerThreads(from.whole())
                .build();
    }

    private static void write(WireWriter to, PositionSelector selector) {
        if (selector instanceof PositionSelector.MinEntropy least) {
            to.text("min-entropy").real(least.nats());
        } else if (selector instanceof PositionSelector.TopFraction top) {
            to.text("top-fraction").real(top.share());
        } else if (selector instanceof PositionSelector.UniformFraction uniform) {
            to.text("uniform-fraction").real(uniform.share()).wholeLong(uniform.seed());
        } else if (selector instanceof PositionSelector.PassRateBand band) {
            to.text("pass-rate-band")
                    .real(band.lowest())
                    .real(band.highest())
                    .all(
                            new TreeMap<>(band.passRates()).entrySet(),
                            (wire, rate) -> wire.wholeLong(rate.getKey()).real(rate.getValue()));
        } else {
            throw new IllegalArgumentException(
                    "selector is " + selector.describe() + ", a class of the application, which"
                            + " does not travel to executors. Use one of the library, or score in one process.");
        }
    }

    private static PositionSelector selector(WireReader from) {
        String kind = from.text();
        return switch (kind) {
            case "min-entropy" -> new PositionSelector.MinEntropy(from.real());
            case "top-fraction" -> new PositionSelector.TopFraction(from.real());
            case "uniform-fraction" -> new PositionSelector.UniformFraction(from.real(), from.wholeLong());
            case "pass-rate-band" -> new PositionSelector.PassRateBand(from.real(), from.real(), rates(from));
            default -> throw new IllegalArgumentException("no selector is named \"" + kind + "\"");
        };
    }

    private static Map<Long, Double> rates(WireReader from) {
        Map<Long, Double> rates = new TreeMap<>();
        from.all(wire -> rates.put(wire.wholeLong(), wire.real()));
        return rates;
    }
}
