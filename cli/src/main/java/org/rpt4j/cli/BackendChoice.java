package org.rpt4j.cli;

import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.Precision;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Option;

/** The options that say what computes, and where. */
final class BackendChoice {

    @Option(
            names = "--backend",
            paramLabel = "NAME",
            defaultValue = "djl",
            description = "What computes; see 'rpt4j backends' (default: ${DEFAULT-VALUE}).")
    private String backend;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            defaultValue = "cpu",
            description = "cpu, cuda or cuda:N (default: ${DEFAULT-VALUE}). A missing device is an error.")
    private Device device;

    @Option(
            names = "--precision",
            paramLabel = "TYPE",
            defaultValue = "FP32",
            description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Precision precision;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "CPU threads; 0 leaves the choice to the backend (default: ${DEFAULT-VALUE}).")
    private int threads;

    void configure(CommandSettings settings) {
        settings.set("--backend", BackendKeys.NAME, backend);
        settings.set("--device", BackendKeys.DEVICE, device);
        settings.set("--precision", BackendKeys.PRECISION, precision);
        settings.set("--threads", BackendKeys.THREADS, threads);
    }

    Backend open() {
        return Backends.open(
                backend,
                BackendOptions.DEFAULTS.toBuilder()
                        .device(device)
                        .precision(precision)
                        .threads(threads)
                        .build());
    }
}
