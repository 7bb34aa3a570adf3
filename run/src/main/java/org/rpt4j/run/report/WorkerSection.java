package org.rpt4j.run.report;

import java.util.List;
import java.util.Locale;
import org.rpt4j.api.WorkerUse;
import org.rpt4j.run.directory.StepRecord;
import org.rpt4j.run.directory.StepValues;

/** What the executors of a cluster computed, and how long; nothing without a cluster. */
final class WorkerSection {

    private WorkerSection() {}

    /** Their time in all steps, to stand beside the compute. */
    static String cost(List<StepRecord> steps) {
        double seconds = steps.stream()
                .mapToDouble(step -> step.value(StepValues.EXECUTOR_SECONDS))
                .filter(Double::isFinite)
                .sum();
        return seconds == 0
                ? ""
                : String.format(Locale.ROOT, " Executors of the cluster computed for %,.0f s of these steps.", seconds);
    }

    static String html(List<WorkerUse> workers) {
        if (workers.isEmpty()) {
            return "";
        }
        List<List<String>> rows = workers.stream().map(WorkerSection::row).toList();
        return Markup.section(
                "Executors of the cluster",
                Markup.table(List.of("executor", "items", "seconds", "weights fetched, MiB"), rows)
                        + Markup.note(
                                "Since the driver last started: prompts, sequences and micro-batches whose results"
                                        + " were used, the time that models took for them, and what was fetched for them."));
    }

    private static List<String> row(WorkerUse worker) {
        return List.of(
                worker.name(),
                String.format(Locale.ROOT, "%,d", worker.items()),
                String.format(Locale.ROOT, "%,.1f", worker.seconds()),
                String.format(Locale.ROOT, "%,.1f", worker.fetchedBytes() / (double) (1 << 20)));
    }
}
