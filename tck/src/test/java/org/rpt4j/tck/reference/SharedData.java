package org.rpt4j.tck.reference;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the optional data folder that lies beside the checkout. */
final class SharedData {

    private SharedData() {}

    /** A path under {@code shared/data}; aborts the test where the folder is absent. */
    static Path path(String relative) {
        String property = System.getProperty("rpt4j.shared");
        if (property != null) {
            return Path.of(property).resolve("data").resolve(relative);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("shared/data/README.md"))) {
                return at.resolve("shared/data").resolve(relative);
            }
        }
        return abort("shared/data is absent: set -Drpt4j.shared to the folder that contains data/README.md");
    }
}
