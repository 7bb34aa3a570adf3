package org.rpt4j.testdata;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the optional test data: {@code -Drpt4j.shared=DIR}, or a {@code shared} folder above the working directory. */
public final class SharedData {

    private SharedData() {}

    /** Returns a path below {@code shared/data}; aborts the test with a message if the data is missing. */
    public static Path require(String relative) {
        String property = System.getProperty("rpt4j.shared");
        if (property != null) {
            return existing(Path.of(property, "data"), relative);
        }
        for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
            if (Files.exists(at.resolve("shared/data/README.md"))) {
                return existing(at.resolve("shared/data"), relative);
            }
        }
        return abort("no folder shared/data above the working directory and no -Drpt4j.shared: " + relative);
    }

    private static Path existing(Path data, String relative) {
        Path path = data.resolve(relative);
        return Files.exists(path) ? path : abort("there is no " + path);
    }
}
