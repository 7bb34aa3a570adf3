package org.rpt4j.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestInstancePostProcessor;
import org.opentest4j.TestAbortedException;
import org.rpt4j.spi.Availability;
import org.rpt4j.tck.Conformance.Outcome;

/**
 * Collects the results of all contract classes of a test run, and writes one page per backend, device and precision when
 * the run ends: into the directory {@value #DIRECTORY}, a configuration parameter of JUnit or a system property, and to
 * the log. Thread-safe.
 */
final class ConformanceReports implements AutoCloseable {

    /** Gives each contract class the reports of the test run. */
    static final class Extension implements TestInstancePostProcessor {

        @Override
        public void postProcessTestInstance(Object instance, ExtensionContext context) {
            if (instance instanceof Contract contract) {
                Path directory =
                        Path.of(context.getConfigurationParameter(DIRECTORY).orElse(DEFAULT_DIRECTORY));
                contract.reportTo(context.getRoot()
                        .getStore(ExtensionContext.Namespace.create(ConformanceReports.class))
                        .computeIfAbsent(
                                DIRECTORY, key -> new ConformanceReports(directory), ConformanceReports.class));
            }
        }
    }

    static final String DIRECTORY = "rpt4j.tck.report";

    private static final String DEFAULT_DIRECTORY = "target/rpt4j-conformance";
    private static final System.Logger LOG = System.getLogger(ConformanceReports.class.getName());

    private final Path directory;
    /** Indexed by file name. */
    private final Map<String, Conformance> pages = new TreeMap<>();

    ConformanceReports(Path directory) {
        this.directory = directory;
    }

    /** Runs the check of a rule and keeps its result. */
    void run(Subject subject, String contract, RuleCheck rule, Runnable check) {
        Conformance page = page(subject);
        String name = rule.id() + " " + rule.title();
        try {
            check.run();
            page.add(contract, name, Outcome.KEPT, "");
        } catch (TestAbortedException e) {
            page.add(contract, name, Outcome.SKIPPED, String.valueOf(e.getMessage()));
            throw e;
        } catch (RuntimeException | Error e) {
            page.add(contract, name, Outcome.FAILED, String.valueOf(e.getMessage()));
            throw e;
        }
    }

    private synchronized Conformance page(Subject subject) {
        String name = subject.provider().name();
        String device = subject.options().device().toString();
        String precision = subject.options().precision().name();
        String file =
                (name + "-" + device + "-" + precision).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9.-]", "-");
        return pages.computeIfAbsent(
                file + ".md",
                key -> new Conformance(
                        "Conformance of the backend " + name,
                        List.of(
                                "Device " + device + ", precision " + precision,
                                "Runs on: " + engine(subject),
                                "Tested with: " + kit())));
    }

    private static String engine(Subject subject) {
        return subject.provider().availability() instanceof Availability.Available available
                ? available.detail()
                : "nothing, it is not available";
    }

    /** The archive of the kit, whose name has its version. */
    private static String kit() {
        Path location = Path.of(Contract.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return Files.isDirectory(location) ? "rpt4j-tck from its sources" : String.valueOf(location.getFileName());
    }

    /** Writes and logs the pages. */
    @Override
    public synchronized void close() {
        pages.forEach((name, page) -> {
            Path file = directory.resolve(name);
            try {
                Files.createDirectories(directory);
                Files.writeString(file, page.page());
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the conformance page " + file, e);
            }
            LOG.log(page.holds() ? Level.INFO : Level.WARNING, "{0}\nWritten to {1}", page.page(), file);
        });
    }
}
