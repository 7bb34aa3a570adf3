package org.rpt4j.core.run;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.spi.support.AtomicFiles;

/**
 * A new run directory, with its provenance and configuration written. The caller sees to it that one run at a time
 * creates a directory of this name.
 */
public final class RunDirectory {

    static final String RECORD = "run.json";
    static final String CONFIGURATION = "configuration.json";
    static final String METRICS = "metrics.jsonl";
    static final String EVENTS = "events.jsonl";
    static final String ROLLOUTS = "rollouts.jsonl";
    static final String EVALUATIONS = "evaluations.jsonl";
    static final String RESPONSES = "responses.jsonl";
    static final String OUTCOME = "outcome.json";

    private final Path path;

    private RunDirectory(Path path) {
        this.path = path;
    }

    /**
     * Checks, before hours of preparation, that a run may be created here.
     *
     * @throws CheckpointException if the path is a file or a directory with something in it
     */
    public static void requireFree(Path path) {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> files = Files.list(path)) {
            if (files.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(path.toString());
            }
        } catch (IOException e) {
            throw new CheckpointException(
                    "cannot create a run in " + path + ": it is not an empty directory, and a run is never overwritten."
                            + " Name a directory that is empty or not there yet.",
                    e);
        }
    }

    /**
     * Creates the directory, with missing parents.
     *
     * @throws CheckpointException if it is not free, or cannot be written
     */
    public static RunDirectory create(Path path, RunRecord record, List<Setting> configuration) {
        requireFree(path);
        write(path.resolve(RECORD), record);
        write(path.resolve(CONFIGURATION), configuration);
        return new RunDirectory(path);
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /**
     * Opens the recorder of the run; once.
     *
     * @param decoder token ids to text
     * @throws CheckpointException if there is a recording already, or its files cannot be written
     */
    public RunRecorder recorder(Function<int[], String> decoder, RecordingOptions options) {
        return new RunRecorder(path, decoder, options);
    }

    static void write(Path file, Object record) {
        AtomicFiles.replace(file, out -> {
            byte[] json = RunJson.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsBytes(record);
            out.write(json);
            out.write('\n');
        });
    }
}
