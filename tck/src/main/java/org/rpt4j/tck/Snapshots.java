package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Snapshot;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/** Takes snapshots, which are optional for a backend, and compares what they write. */
final class Snapshots {

    private Snapshots() {}

    /** Takes a snapshot of the weights; skips the rule if the backend refuses it as documented. */
    static Snapshot of(TrainablePolicy policy) {
        return take(policy::snapshot, "save(");
    }

    /** Takes a snapshot of the optimizer state; skips the rule if the backend refuses it as documented. */
    static Snapshot of(Optimizer optimizer) {
        return take(optimizer::snapshotState, "saveState(");
    }

    private static Snapshot take(Supplier<Snapshot> snapshot, String instead) {
        try {
            return snapshot.get();
        } catch (UnsupportedCapabilityException e) {
            assertThat(e).as("a refusal says what to do instead").hasMessageContaining(instead);
            return Assumptions.abort("not checked, the backend takes no snapshots: " + e.getMessage());
        }
    }

    /** Checks that the files are equal byte for byte. */
    static void assertSameCheckpoint(Path actual, Path expected) throws IOException {
        assertThat(names(actual)).as("files of %s", actual.getFileName()).isEqualTo(names(expected));
        for (String name : names(expected)) {
            assertThat(actual.resolve(name)).hasSameBinaryContentAs(expected.resolve(name));
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
