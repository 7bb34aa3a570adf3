package org.rpt4j.jmh;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.Main;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;

/**
 * JMH's own command line; it leaves out backends that cannot run here and names them, and reports {@linkplain
 * CpuTimeProfiler how many cores} each benchmark keeps busy.
 */
public final class Benchmarks {

    private static final String PARAMETER = "backend";
    private static final List<String> DEFAULT = List.of("native", "djl", "reference");

    private Benchmarks() {}

    /** Takes the arguments of {@code org.openjdk.jmh.Main}; {@code -h} explains them. */
    public static void main(String[] arguments) throws CommandLineOptionException, RunnerException, IOException {
        CommandLineOptions given = new CommandLineOptions(arguments);
        if (given.shouldHelp()
                || given.shouldList()
                || given.shouldListWithParams()
                || given.shouldListProfilers()
                || given.shouldListResultFormats()) {
            Main.main(arguments);
            return;
        }
        Collection<String> asked = given.getParameter(PARAMETER).orElse(DEFAULT);
        List<String> usable = usable(asked);
        if (usable.isEmpty()) {
            System.out.println("No backend of " + asked + " can run on this machine: there is nothing to measure.");
            return;
        }
        new Runner(new OptionsBuilder()
                        .parent(given)
                        .param(PARAMETER, usable.toArray(String[]::new))
                        .addProfiler(CpuTimeProfiler.class)
                        .build())
                .run();
    }

    private static List<String> usable(Collection<String> asked) {
        Backends backends = Backends.discover();
        List<String> usable = new ArrayList<>();
        for (String name : asked) {
            BackendProvider provider = backends.provider(name);
            if (provider.availability() instanceof Availability.Unavailable unavailable) {
                System.out.println("Skipping backend " + name + ": " + unavailable.reason());
            } else {
                usable.add(name);
            }
        }
        return usable;
    }
}
