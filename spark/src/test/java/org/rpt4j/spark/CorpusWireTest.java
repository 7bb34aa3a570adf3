package org.rpt4j.spark;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.CorpusPlace;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.FileCorpus;
import org.rpt4j.core.pipeline.CorpusDivision;
import org.rpt4j.core.pipeline.PipelineSettings;
import org.rpt4j.core.task.PositionSelector;
import org.rpt4j.core.task.TaskSelection;

/** What travels arrives as it was: every value here differs from its default. */
class CorpusWireTest {

    private static WireReader read(WireWriter written) {
        return new WireReader(written.bytes());
    }

    @Test
    void aCorpusWithItsOptions() {
        CorpusOptions options = CorpusOptions.builder()
                .splitting(CorpusOptions.TextSplitting.BLANK_LINES)
                .separator("---")
                .minimumCharacters(7)
                .textFields("problem", "solution")
                .fieldSeparator(" / ")
                .targetFields(CorpusOptions.TargetFields.LAST)
                .maxDocumentBytes(1234)
                .toleratedBadLines(5)
                .format(CorpusOptions.Format.JSON_LINES)
                .unifyLineEnds(true)
                .maxWindowLog(20)
                .root(Path.of("/data"))
                .build();
        List<FileCorpus.Member> members =
                List.of(new FileCorpus.Member("/data/a", "a"), new FileCorpus.Member("/data/b/c", "b/c"));
        WireWriter wire = new WireWriter();
        CorpusWire.write(wire, FileCorpus.of(members, options));
        FileCorpus arrived = CorpusWire.corpus(read(wire));
        assertThat(arrived.members()).isEqualTo(members);
        assertThat(arrived.options()).isEqualTo(options);
    }

    @Test
    void theSettingsOfAPipelineWithEverySelector() {
        for (PositionSelector selector : List.of(
                new PositionSelector.MinEntropy(1.25),
                new PositionSelector.TopFraction(0.3),
                new PositionSelector.UniformFraction(0.4, 77),
                new PositionSelector.PassRateBand(0.2, 0.7, Map.of(5L, 0.5, -3L, 0.25)))) {
            TaskSelection selection = TaskSelection.builder(selector)
                    .minContextTokens(3)
                    .maxPositionsPerDocument(9)
                    .maxContextTokens(100)
                    .continuationTokens(11)
                    .seed(99)
                    .build();
            PipelineSettings settings = PipelineSettings.builder(selection)
                    .scoring(ScoringOptions.builder()
                            .topK(8)
                            .renormalise(false)
                            .candidates(4)
                            .build())
                    .windowTokens(500)
                    .windowOverlap(100)
                    .maxDocuments(1000)
                    .tokenizerThreads(3)
                    .build();
            WireWriter wire = new WireWriter();
            new PipelineRecipe(settings, Optional.empty()).write(wire);
            assertThat(PipelineRecipe.read(read(wire)).settings()).isEqualTo(settings);
        }
    }

    @Test
    void theDivisionOfACorpus() {
        CorpusDivision division = new CorpusDivision(
                new CorpusSummary(9, "sha256:x", List.of(new CorpusSummary.BadLine("a", 3, "bad"))),
                List.of(
                        new CorpusDivision.Part(1, CorpusPlace.START, 0, 4, "sha256:y"),
                        new CorpusDivision.Part(2, new CorpusPlace(1, 1L << 40, 2, 3), 4, 5, "sha256:z")));
        WireWriter wire = new WireWriter();
        CorpusWire.write(wire, division);
        assertThat(CorpusWire.division(read(wire))).isEqualTo(division);
    }
}
