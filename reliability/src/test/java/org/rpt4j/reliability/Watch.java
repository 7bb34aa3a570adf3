package org.rpt4j.reliability;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Observations of a process that repeats the same work, and the verdict on what grows. */
final class Watch {

    private static final Path REPORTS = Path.of(System.getProperty("rpt4j.soak.reports", "target/soak"));

    private final String work;
    private final List<Observation> observations = new ArrayList<>();

    Watch(String work) {
        this.work = work;
    }

    void add(Observation observation) {
        observations.add(observation);
    }

    Slope slope(Quantity quantity) {
        return Slope.fit(
                observations.stream().mapToDouble(Observation::step).toArray(),
                observations.stream().mapToDouble(each -> each.of(quantity)).toArray());
    }

    /** Returns what grows by more than permitted, as sentences; expected to be empty. */
    List<String> growing() {
        return growing(Quantity.values());
    }

    /** Like {@link #growing()}, for some of the quantities. */
    List<String> growing(Quantity... quantities) {
        return Arrays.stream(quantities)
                .filter(quantity -> slope(quantity).upperBound() > quantity.limitPerStep)
                .map(quantity -> String.format(
                        Locale.ROOT,
                        "%s grow by %.4f +- %.4f %s per step of %s, more than %s: %s",
                        quantity.label,
                        slope(quantity).perStep(),
                        slope(quantity).standardError(),
                        quantity.unit,
                        work,
                        quantity.limitPerStep,
                        observations.stream().map(each -> each.of(quantity)).toList()))
                .toList();
    }

    /**
     * The minimum of the last third minus that of the first: ignores a count that is one higher for a moment, when the
     * JVM itself opens a file.
     */
    long rise(Quantity quantity) {
        int third = Math.max(1, observations.size() / 3);
        return least(quantity, observations.size() - third, observations.size()) - least(quantity, 0, third);
    }

    private long least(Quantity quantity, int from, int to) {
        return observations.subList(from, to).stream()
                .mapToLong(each -> each.of(quantity))
                .min()
                .orElseThrow();
    }

    /** Writes slopes and observations to a Markdown file, so that a passed test leaves its evidence. */
    void report() {
        StringBuilder text =
                new StringBuilder("# " + work + "\n\n| what | first | last | per step | standard error | limit |\n"
                        + "|---|---:|---:|---:|---:|---:|\n");
        for (Quantity quantity : Quantity.values()) {
            Slope slope = slope(quantity);
            text.append(String.format(
                    Locale.ROOT,
                    "| %s (%s) | %d | %d | %.4f | %.4f | %s |%n",
                    quantity.label,
                    quantity.unit,
                    observations.get(0).of(quantity),
                    observations.get(observations.size() - 1).of(quantity),
                    slope.perStep(),
                    slope.standardError(),
                    quantity.limitPerStep));
        }
        text.append("\n| step | heap | resident | engine | handles | threads |\n|---:|---:|---:|---:|---:|---:|\n");
        for (Observation each : observations) {
            text.append(String.format(
                    "| %d | %d | %d | %d | %d | %d |%n",
                    each.step(), each.heap(), each.resident(), each.engine(), each.handles(), each.threads()));
        }
        try {
            Files.createDirectories(REPORTS);
            Files.writeString(REPORTS.resolve(work.replaceAll("\\W+", "-") + ".md"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
