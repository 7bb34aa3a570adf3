package org.rpt4j.core.dataset;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TokenCodec;
import org.rpt4j.core.corpus.DocumentSplit;

/**
 * Where tasks lie: in the heap while they are few and in a file without a name beyond, which goes with the tasks; or in a
 * file that stays and is opened again. Immutable and thread-safe.
 */
public final class TaskStorage {

    /** Bytes of tasks and documents up to which all lie in the heap while they are made. */
    public static final int MOST_IN_MEMORY = 16 << 20;

    /** In the heap, and beyond that in the directory for temporary files ({@code java.io.tmpdir}). */
    public static final TaskStorage TEMPORARY = new TaskStorage(null, "", MOST_IN_MEMORY);

    private final @Nullable Path file;
    private final String identity;
    private final int mostInMemory;

    private TaskStorage(@Nullable Path file, String identity, int mostInMemory) {
        this.file = file;
        this.identity = identity;
        this.mostInMemory = mostInMemory;
    }

    /**
     * In a file that stays, however few they are.
     *
     * @param identity all that the tasks depend on besides the text, such as models and settings: the file is opened
     *     again only for the same
     */
    public static TaskStorage file(Path file, String identity) {
        return new TaskStorage(file, identity, MOST_IN_MEMORY);
    }

    /** A copy that holds another number of bytes in the heap. */
    TaskStorage holding(int bytes) {
        return new TaskStorage(file, identity, bytes);
    }

    boolean isKept() {
        return file != null;
    }

    String identity() {
        return identity;
    }

    /**
     * The tasks that the file holds; empty if there is none, or it holds those of something else. The caller compares
     * {@link StoredTasks#corpus()} with the text.
     *
     * @throws org.rpt4j.api.error.StorageException if the file is damaged or cannot be read
     */
    public Optional<StoredTasks> open() {
        return file == null || !Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                ? Optional.empty()
                : StoredFile.open(file, identity);
    }

    /**
     * Starts to store tasks. A file that stays replaces an older one when the writer is finished.
     *
     * @param split which documents are held out from training
     * @param codec gives the bytes of tokens; used until the writer is finished
     */
    public StoredTasks.Writer writer(DocumentSplit split, TokenCodec codec) {
        @Nullable Path path = file;
        return new StoredTasks.Writer(
                this,
                split,
                codec,
                new StoreOutput(mostInMemory, path == null ? TaskFile::nameless : () -> TaskFile.named(path)));
    }
}
