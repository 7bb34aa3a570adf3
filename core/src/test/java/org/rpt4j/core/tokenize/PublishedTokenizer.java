package org.rpt4j.core.tokenize;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Assumptions;

/** Finds the data that is too large for the repository; a test that needs it is skipped where it is absent. */
public final class SharedData {

    private static final String MARKER = "data/README.md";

    private static final Map<String, Tokenizer> OPENED = new ConcurrentHashMap<>();

    private SharedData() {}

    /** A path below the data directory, named by {@code -Drpt4j.shared} or found upwards from the working directory. */
    public static Path require(String path) {
        Path root = root();
        Assumptions.assumeTrue(root != null, "no shared data: set -Drpt4j.shared to a folder that has " + MARKER);
        Path found = root.resolve("data").resolve(path);
        Assumptions.assumeTrue(Files.exists(found), "shared data has no " + path);
        return found;
    }

    /** A published tokenizer, opened once for all tests; not to be closed. */
    public static Tokenizer tokenizer(String model) {
        Path directory = require("tokenizers/" + model);
        return OPENED.computeIfAbsent(model, name -> Tokenizer.open(directory));
    }

    private static Path root() {
        String named = System.getProperty("rpt4j.shared");
        if (named != null) {
            return Files.exists(Path.of(named).resolve(MARKER)) ? Path.of(named) : null;
        }
        for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
            Path shared = folder.resolve("shared");
            if (Files.exists(shared.resolve(MARKER))) {
                return shared;
            }
        }
        return null;
    }
}
