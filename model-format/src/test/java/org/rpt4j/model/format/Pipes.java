package org.rpt4j.model.format;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;

/** Named pipes, which Java itself cannot make. */
final class Pipes {

    private Pipes() {}

    /** Creates a pipe, or skips the test where there is no {@code mkfifo}. */
    static Path create(Path path) throws InterruptedException {
        try {
            assumeTrue(new ProcessBuilder("mkfifo", path.toString()).start().waitFor() == 0, "mkfifo failed");
        } catch (IOException e) {
            assumeTrue(false, "needs mkfifo: " + e.getMessage());
        }
        return path;
    }
}
