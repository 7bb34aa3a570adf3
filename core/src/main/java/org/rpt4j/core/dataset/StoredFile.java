package org.rpt4j.core.dataset;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.model.format.JsonFields;
import org.rpt4j.model.format.PlainFiles;

/**
 * The file of tasks that stays: a mark with the version, documents and tasks with blocks of the index between them, the
 * bytes of tokens, where the blocks of both sides lie, a JSON object, and in 16 bytes where what follows the tasks begins
 * and the CRC-32C of everything before the latter. All numbers have their lowest byte first.
 */
final class StoredFile {

    private static final byte[] MARK = "rpt4j tasks 1\n".getBytes(US_ASCII);
    private static final int TRAILER = 2 * Long.BYTES;

    private StoredFile() {}

    /**
     * What a file says of its tasks.
     *
     * @param identity what they depend on besides the text
     * @param documents number of documents with a task
     * @param statistics of the filter
     * @param corpus the text
     */
    record Tail(String identity, long documents, FilterStatistics.Counts statistics, CorpusSummary corpus) {}

    static void begin(StoreOutput out) {
        out.bytes(MARK);
    }

    static void end(StoreOutput out, Tail tail, TokenBytes known, TaskIndex train, TaskIndex heldOut) {
        long begin = out.position();
        known.write(out);
        train.writeBlocks(out);
        heldOut.writeBlocks(out);
        byte[] json = DatasetJson.write(tail);
        out.number(json.length);
        out.bytes(json);
        out.fixed(begin, Long.BYTES);
        out.fixed(out.checksum(), Long.BYTES);
    }

    /**
     * Opens a file after comparing its checksum, which reads it once.
     *
     * @return empty if it has another identity
     * @throws StorageException if it is damaged or cannot be read
     */
    static Optional<StoredTasks> open(Path file, String identity) {
        try (FileChannel channel = PlainFiles.openChannel(file)) {
            return open(StoredBytes.map(channel), file, identity);
        } catch (ClosedByInterruptException e) {
            throw new OperationCancelledException("Opening the tasks in " + file + " was interrupted.", e);
        } catch (IOException e) {
            throw new StorageException("cannot read the tasks in " + file + ": " + e, e);
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        }
    }

    private static Optional<StoredTasks> open(StoredBytes bytes, Path file, String identity) {
        long end = bytes.size() - TRAILER;
        if (end < MARK.length || !Arrays.equals(new StoreCursor(bytes, 0).bytes(MARK.length), MARK)) {
            throw damaged(file, "it does not begin and end as this version writes one", null);
        }
        StoreCursor trailer = new StoreCursor(bytes, end);
        long begin = trailer.fixed(Long.BYTES);
        if (trailer.fixed(Long.BYTES) != bytes.checksum(end + Long.BYTES)) {
            throw damaged(file, "its checksum is not that of its " + bytes.size() + " bytes", null);
        }
        StoreCursor in = new StoreCursor(bytes, begin);
        TokenBytes known = TokenBytes.read(in);
        TaskIndex train = TaskIndex.read(in);
        TaskIndex heldOut = TaskIndex.read(in);
        Tail tail = tail(JsonFields.parse(
                in.bytes(in.count(1)), "its description", (problem, cause) -> damaged(file, problem, cause)));
        if (!tail.identity().equals(identity)) {
            return Optional.empty();
        }
        return Optional.of(new StoredTasks(
                new StoredTaskList(bytes, train, known),
                new StoredTaskList(bytes, heldOut, known),
                tail.documents(),
                FilterStatistics.of(tail.statistics()),
                tail.corpus()));
    }

    private static Tail tail(JsonFields json) {
        JsonFields corpus = json.nested("corpus");
        List<CorpusSummary.BadLine> bad = new ArrayList<>();
        for (JsonFields line : corpus.list("bad_lines")) {
            bad.add(new CorpusSummary.BadLine(line.text("file"), line.count("line"), line.text("problem")));
        }
        return new Tail(
                json.text("identity"),
                json.count("documents"),
                DatasetJson.statistics(json.nested("statistics")),
                new CorpusSummary(corpus.count("documents"), corpus.text("fingerprint"), bad));
    }

    private static StorageException damaged(Path file, String how, @Nullable Throwable cause) {
        return new StorageException(
                "The tasks in " + file + " are damaged: " + how + ". Delete the file; the tasks are then made again.",
                cause);
    }
}
