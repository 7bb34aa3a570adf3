package org.rpt4j.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The result of fuzzing one target.
 *
 * @param target class of the target
 * @param exit exit status of its JVM; 0 if it ran for the whole time without a finding
 * @param executions number of inputs run
 * @param coverage edges of the library's code that were covered
 * @param features edges with their counts, and compared operands
 * @param residentMiB peak resident memory of the JVM, in MiB
 * @param findings files with an input that broke the promise, over all campaigns since the directory was deleted
 */
record FuzzOutcome(
        String target, int exit, long executions, long coverage, long features, long residentMiB, long findings) {

    private static final Pattern STATUS = Pattern.compile("#\\d+\\s+\\w+\\s+cov: (\\d+) ft: (\\d+) .*");
    private static final Pattern STATISTIC = Pattern.compile("stat::(\\w+): +(\\d+)");

    static FuzzOutcome of(String target, int exit, List<String> log, Path findings) throws IOException {
        long coverage = 0;
        long features = 0;
        long executions = 0;
        long resident = 0;
        for (String line : log) {
            Matcher status = STATUS.matcher(line);
            Matcher statistic = STATISTIC.matcher(line);
            if (status.matches()) {
                coverage = Long.parseLong(status.group(1));
                features = Long.parseLong(status.group(2));
            } else if (statistic.matches()) {
                long value = Long.parseLong(statistic.group(2));
                executions = statistic.group(1).equals("number_of_executed_units") ? value : executions;
                resident = statistic.group(1).equals("peak_rss_mb") ? value : resident;
            }
        }
        return new FuzzOutcome(target, exit, executions, coverage, features, resident, count(findings));
    }

    private static long count(Path findings) throws IOException {
        try (Stream<Path> files = Files.list(findings)) {
            return files.filter(file -> !file.toString().endsWith(".java")).count();
        }
    }

    boolean clean() {
        return exit == 0 && findings == 0;
    }

    String line() {
        return String.format(
                Locale.ROOT,
                "%-28s executions %,10d  coverage %5d  features %6d  peak memory %4d MiB  findings %d  exit %d",
                target,
                executions,
                coverage,
                features,
                residentMiB,
                findings,
                exit);
    }
}
