package org.rpt4j.run.directory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.JsonFields;

/**
 * The thought traces that a run samples before it trains, one JSON object per line, and how far their search has come. A
 * search that was interrupted continues after its last whole batch. For one thread.
 *
 * @since 0.1.0
 */
public final class TraceLog implements AutoCloseable {

    private static final int MAX_BYTES = 1 << 20;

    private final Path state;
    private final String identity;
    private final AppendFile traces;
    private long tasks;
    private long readTokens;

    private TraceLog(Path state, String identity, AppendFile traces, long tasks, long readTokens) {
        this.state = state;
        this.identity = identity;
        this.traces = traces;
        this.tasks = tasks;
        this.readTokens = readTokens;
    }

    /**
     * Starts a log in the directory of a run, or continues the one that is there.
     *
     * @param identity what the traces depend on; a log of other traces is refused
     * @throws StorageException if there is a log of other traces, it was changed, or it cannot be written
     */
    public static TraceLog open(Path run, String identity) {
        Path traces = RunDirectory.traces(run);
        Path state = run.resolve(RunDirectory.TRACES_STATE);
        try {
            AtomicFiles.createDirectories(run);
            if (!Files.exists(state)) {
                TraceLog log = new TraceLog(state, identity, AppendFile.resume(traces, 0, null), 0, 0);
                log.save();
                return log;
            }
            JsonFields found = JsonFields.read(state, MAX_BYTES, StorageException::new);
            if (!found.text("identity").equals(identity)) {
                throw new StorageException("The thought traces in " + traces + " were sampled with other settings: "
                        + found.text("identity") + "; this run has " + identity + ". Use a new run.directory, or"
                        + " restore the settings.");
            }
            return new TraceLog(
                    state,
                    identity,
                    AppendFile.resume(traces, found.count("bytes"), found.text("sha256")),
                    found.count("tasks"),
                    found.count("read_tokens"));
        } catch (IOException e) {
            throw new StorageException("cannot write the thought traces to " + traces + ": " + e, e);
        }
    }

    /** Number of tasks that were asked so far. */
    public long tasks() {
        return tasks;
    }

    /** Tokens of all prompts and rollouts so far. */
    public long readTokens() {
        return readTokens;
    }

    /**
     * Adds what a batch of tasks found. On the disk when it returns.
     *
     * @param rows a JSON object each
     * @param askedTasks number of tasks in the batch
     * @param tokens tokens of their prompts and rollouts
     */
    public void add(List<Map<String, Object>> rows, int askedTasks, long tokens) {
        try {
            for (Map<String, Object> row : rows) {
                traces.append(JsonLines.line(row));
            }
            traces.flush();
            traces.force();
        } catch (IOException e) {
            throw new StorageException("cannot write the thought traces beside " + state + ": " + e, e);
        }
        tasks += askedTasks;
        readTokens += tokens;
        save();
    }

    private void save() {
        Map<String, Object> values = Map.of(
                "identity", identity,
                "tasks", tasks,
                "read_tokens", readTokens,
                "bytes", traces.length(),
                "sha256", traces.sha256());
        AtomicFiles.replace(state, out -> out.write(JsonLines.line(values)));
    }

    @Override
    public void close() {
        try {
            traces.close();
        } catch (IOException e) {
            throw new StorageException("cannot close the thought traces beside " + state + ": " + e, e);
        }
    }
}
