package org.rpt4j.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What remains of the library after everything is closed. */
final class Residue {

    private static final long PATIENCE_MILLIS = 10_000;

    private final Set<Thread> threads = live();

    private Residue() {}

    /** Records what exists before the work. */
    static Residue before() {
        return new Residue();
    }

    /** Fails if a thread of the library outlives the work. Waits for a thread that is about to end. */
    void assertNone() {
        Set<String> left = new TreeSet<>();
        for (Thread thread : live()) {
            if (thread.getName().startsWith("rpt4j-") && !threads.contains(thread)) {
                join(thread);
                if (thread.isAlive()) {
                    left.add(thread.getName());
                }
            }
        }
        assertThat(left).as("threads that outlive what started them").isEmpty();
    }

    private static void join(Thread thread) {
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Set<Thread> live() {
        return Thread.getAllStackTraces().keySet().stream().collect(Collectors.toSet());
    }
}
