package org.rpt4j.jmh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.backend.jni.MachineRoofline;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.spi.Backends;

/**
 * A backend with a random model of a given shape in a temporary directory, which is deleted when the bench is closed.
 */
final class Workbench implements AutoCloseable {

    private static final long SEED = 15;
    private static final String REFERENCE = "reference";

    private final Shape shape;
    private final Path directory;
    private final Backend backend;

    private Workbench(Shape shape, Path directory, Backend backend) {
        this.shape = shape;
        this.directory = directory;
        this.backend = backend;
    }

    /** Opens a bench; {@code threads} are the backend's, 0 lets it choose; the precision is fp32 or bf16. */
    static Workbench open(String backend, String shapeName, int threads, String precision) {
        Shape shape = Shape.named(shapeName);
        if (backend.equals(REFERENCE) && shape != Shape.TINY) {
            throw new IllegalArgumentException(
                    "the reference computes in plain Java and is for the tiny shape only: add -p backend=djl");
        }
        Precision arithmetic = Precision.valueOf(precision.toUpperCase(Locale.ROOT));
        MachineRoofline.measure(arithmetic, threads)
                .ifPresentOrElse(
                        machine -> printRoofline(machine, shape),
                        () -> System.out.println("\n# Roofline: not measured, the native engine is not available"));
        Backend opened = Backends.open(
                backend,
                BackendOptions.DEFAULTS.toBuilder()
                        .threads(threads)
                        .precision(arithmetic)
                        .build());
        try {
            Path directory = Files.createTempDirectory("rpt4j-jmh");
            CheckpointInitializer.initialize(directory, shape.config(), SEED);
            return new Workbench(shape, directory, opened);
        } catch (IOException e) {
            opened.close();
            throw new UncheckedIOException(e);
        }
    }

    /** Prints the limits of the machine next to the result: a token takes two operations per weight. */
    private static void printRoofline(MachineRoofline machine, Shape shape) {
        long weights = shape.config().describe().parameterCount();
        System.out.printf(
                Locale.ROOT,
                "%n# Roofline: %.0f GFLOP/s in products, %.1f GB/s read; at most %.0f tokens/s forward with %,d"
                        + " weights%n",
                machine.gflops(),
                machine.gigabytes(),
                machine.gflops() * 1e9 / (2.0 * weights),
                weights);
    }

    Backend backend() {
        return backend;
    }

    ModelSource model() {
        return ModelSource.directory(directory);
    }

    /** Returns random tokens, different for every {@code index}. */
    int[] tokens(int index, int length) {
        int[] tokens = new int[length];
        for (int i = 0; i < length; i++) {
            tokens[i] = CounterRandom.below(shape.config().vocabularySize(), SEED, index, i);
        }
        return tokens;
    }

    @Override
    public void close() {
        backend.close();
        try (Stream<Path> tree = Files.walk(directory)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
