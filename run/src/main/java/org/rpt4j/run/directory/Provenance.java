package org.rpt4j.run.directory;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.rpt4j.api.ModelDescription;

/**
 * What made a run.
 *
 * @param rpt4j version of this library
 * @param started when the run started, UTC, ISO 8601
 * @param java vendor and version of the virtual machine
 * @param system operating system and processor architecture
 * @param processors processors available
 * @param maxHeapBytes most memory of the Java heap
 * @param backend what computed, for people: name, device, precision, threads
 * @param model the model that was trained
 * @param seeds every seed by name
 * @param artifacts hashes of model, corpus and whatever else went in
 * @since 0.1.0
 */
public record Provenance(
        String rpt4j,
        String started,
        String java,
        String system,
        int processors,
        long maxHeapBytes,
        String backend,
        ModelDescription model,
        Map<String, Long> seeds,
        List<Artifact> artifacts) {

    private static final String VERSION = "/META-INF/maven/org.rpt4j/rpt4j-run/pom.properties";

    public Provenance {
        seeds = Collections.unmodifiableMap(new LinkedHashMap<>(seeds));
        artifacts = List.copyOf(artifacts);
    }

    /** The record of a run that starts now in this virtual machine. */
    public static Provenance now(
            String backend, ModelDescription model, Map<String, Long> seeds, List<Artifact> artifacts) {
        return new Provenance(
                version(),
                Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                System.getProperty("java.vendor") + " " + Runtime.version(),
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory(),
                backend,
                model,
                seeds,
                artifacts);
    }

    /** A copy for a run that started at another time. */
    public Provenance startedAt(Instant start) {
        return new Provenance(
                rpt4j,
                start.truncatedTo(ChronoUnit.SECONDS).toString(),
                java,
                system,
                processors,
                maxHeapBytes,
                backend,
                model,
                seeds,
                artifacts);
    }

    private static String version() {
        try (InputStream in = Provenance.class.getResourceAsStream(VERSION)) {
            Properties properties = new Properties();
            if (in != null) {
                properties.load(in);
            }
            return properties.getProperty("version", "development build");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
