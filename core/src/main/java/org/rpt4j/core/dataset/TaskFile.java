package org.rpt4j.core.dataset;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.model.format.AtomicFile;
import org.rpt4j.model.format.PlainFiles;

/** A file that takes tasks and is then mapped. For one thread. */
abstract class TaskFile implements AutoCloseable {

    /** Takes the bytes. */
    abstract OutputStream out();

    /** Where it lies, for messages. */
    abstract String place();

    /** Maps the file once all is written. */
    abstract StoredBytes mapped() throws IOException;

    /** Gives up what was not finished; idempotent. */
    @Override
    public abstract void close();

    /**
     * Maps the file once all is written.
     *
     * @param size number of bytes that were written
     * @throws StorageException if it does not have them, or cannot be mapped
     */
    final StoredBytes finish(long size) {
        try {
            StoredBytes bytes = mapped();
            if (bytes.size() != size) {
                throw new StorageException("The file of the tasks in " + place() + " has " + bytes.size()
                        + " bytes after " + size + " were written. Something else writes there; make the tasks again.");
            }
            return bytes;
        } catch (ClosedByInterruptException e) {
            throw new OperationCancelledException("Preparing tasks was interrupted at the end.", e);
        } catch (IOException e) {
            throw new StorageException("cannot read the tasks in " + place() + ": " + e, e);
        }
    }

    /** A file that appears under its name when it is finished, and stays. */
    static TaskFile named(Path path) {
        return new Named(path, AtomicFile.create(path));
    }

    /** A file in the directory for temporary ones that has no name, so that nothing is left however the process ends. */
    static TaskFile nameless() {
        try {
            Path path = Files.createTempFile("rpt4j-tasks-", ".tmp");
            OutputStream out = Files.newOutputStream(path, StandardOpenOption.WRITE);
            try {
                // where systems can, the name goes at once and the content with its last use; elsewhere with the
                // channel
                return new Nameless(
                        out, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.DELETE_ON_CLOSE));
            } catch (IOException | RuntimeException | Error e) {
                out.close();
                throw e;
            }
        } catch (IOException e) {
            throw new StorageException(
                    "cannot create a file for tasks in " + System.getProperty("java.io.tmpdir") + ": " + e
                            + ". Name a writable directory with -Djava.io.tmpdir.",
                    e);
        }
    }

    private static final class Named extends TaskFile {

        private final Path path;
        private final AtomicFile file;

        Named(Path path, AtomicFile file) {
            this.path = path;
            this.file = file;
        }

        @Override
        OutputStream out() {
            return file.out();
        }

        @Override
        String place() {
            return path.toString();
        }

        @Override
        StoredBytes mapped() throws IOException {
            file.commit();
            try (FileChannel reading = PlainFiles.openChannel(path)) {
                return StoredBytes.map(reading);
            }
        }

        @Override
        public void close() {
            file.close();
        }
    }

    private static final class Nameless extends TaskFile {

        private final OutputStream out;
        private final FileChannel reading;

        Nameless(OutputStream out, FileChannel reading) {
            this.out = out;
            this.reading = reading;
        }

        @Override
        OutputStream out() {
            return out;
        }

        @Override
        String place() {
            return System.getProperty("java.io.tmpdir") + " (java.io.tmpdir)";
        }

        @Override
        StoredBytes mapped() throws IOException {
            return StoredBytes.map(reading);
        }

        @Override
        public void close() {
            try (reading) {
                out.close();
            } catch (IOException e) {
                throw new StorageException("cannot close the file of the tasks in " + place() + ": " + e, e);
            }
        }
    }
}
