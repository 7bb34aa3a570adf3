package org.rpt4j.cli;

import java.io.PrintWriter;
import java.util.stream.Collectors;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Lists what can compute here. */
@Command(
        name = "backends",
        description = "List the backends: what each can do, and whether it can run here.",
        footer = {"", "Example:", "  rpt4j backends"})
final class BackendsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        Backends backends = Backends.discover();
        backends.all().forEach(provider -> print(provider, out));
        out.flush();
        PrintWriter err = spec.commandLine().getErr();
        backends.failures().forEach(failure -> err.println("A provider could not be loaded: " + failure));
    }

    private static void print(BackendProvider provider, PrintWriter out) {
        Availability availability = availability(provider);
        String can = provider.capabilities().stream().sorted().map(Enum::name).collect(Collectors.joining(", "));
        out.println(provider.name() + (availability instanceof Availability.Available ? ": usable" : ": NOT usable"));
        out.println("    can: " + can);
        if (availability instanceof Availability.Available available) {
            out.println("    runs on: " + available.detail());
        } else if (availability instanceof Availability.Unavailable unavailable) {
            out.println("    because: " + unavailable.reason());
        }
    }

    private static Availability availability(BackendProvider provider) {
        try {
            return provider.availability();
        } catch (RuntimeException | LinkageError e) {
            return new Availability.Unavailable("the check failed: " + e, e);
        }
    }
}
