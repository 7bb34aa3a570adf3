package org.rpt4j.run.report;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.train.ComputeCost;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.run.directory.EvaluationRecord;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;

/**
 * A run as one self-contained HTML page.
 *
 * @since 0.1.0
 */
public final class RunReport {

    /** Its usual name in the run directory. */
    public static final String FILE = "report.html";

    private static final String THOUGHT_END = "prompt.thought-end";

    private RunReport() {}

    /**
     * Writes the report of a run, in place of an older one.
     *
     * @throws org.rpt4j.api.error.StorageException if the run cannot be read or the file cannot be written
     */
    public static void write(RecordedRun run, Path file) {
        byte[] page = html(run).getBytes(StandardCharsets.UTF_8);
        AtomicFiles.replace(file, out -> out.write(page));
    }

    /**
     * The report of a run; if it is still running or crashed, what there is so far.
     *
     * @throws org.rpt4j.api.error.StorageException if the run cannot be read
     */
    public static String html(RecordedRun run) {
        List<EvaluationRecord> evaluations = run.evaluations();
        List<StepRecord> steps = run.steps();
        String body = heading(run, steps)
                + AccuracySection.html(evaluations)
                + LearningSection.html(steps, run.events())
                + JudgeSection.html(run)
                + ScalingSection.html(evaluations)
                + WorkerSection.html(run.workers())
                + TraceSection.html(evaluations, run.responses(), endsOfThoughts(run))
                + EvaluationSection.html(evaluations)
                + ProvenanceSection.html(run);
        return Markup.page(run.name() + " – rpt4j run", body);
    }

    private static List<String> endsOfThoughts(RecordedRun run) {
        Stream<String> set = run.configuration().stream()
                .filter(setting -> setting.name().equals(THOUGHT_END))
                .map(RecordedSetting::value);
        return Stream.concat(set, ThoughtMarkers.KNOWN.stream().map(ThoughtMarkers::end))
                .toList();
    }

    private static String heading(RecordedRun run, List<StepRecord> steps) {
        Provenance record = run.provenance();
        String outcome = run.outcome().map(RunReport::describe).orElse("no end recorded: still running, or crashed");
        double flops = steps.isEmpty() ? 0 : steps.get(steps.size() - 1).value(StepValues.COMPUTE);
        return "<header>\n<h1>" + Markup.escape(run.name()) + "</h1>\n"
                + "<p class=\"byline\">"
                + Markup.escape(String.format(
                        Locale.ROOT,
                        "%s of %s, %,d parameters, with %s. Started %s; %s.",
                        method(steps),
                        record.model().architecture(),
                        record.model().parameterCount(),
                        record.backend(),
                        record.started(),
                        outcome))
                + "</p>\n"
                + (run.outcome().isPresent() && steps.isEmpty()
                        ? Markup.paragraph("No update was made: the weights are those that the run started from.")
                        : "")
                + Markup.note("Training compute " + Numbers.significant(flops) + " FLOPs by the convention "
                        + Markup.escape(ComputeCost.CONVENTION) + "; evaluation and filtering are not counted."
                        + WorkerSection.cost(steps))
                + "</header>\n";
    }

    private static String method(List<StepRecord> steps) {
        return LearningSection.isSupervised(steps) ? "Supervised training" : "Reinforcement Pre-Training";
    }

    private static String describe(RunEnd outcome) {
        return String.format(
                Locale.ROOT,
                "%s after %,.0f s: %s",
                outcome.outcome().name().toLowerCase(Locale.ROOT),
                outcome.seconds(),
                outcome.detail());
    }
}
