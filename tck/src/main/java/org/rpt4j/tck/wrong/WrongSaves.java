package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T20 to T23. */
final class WrongSaves {

    private WrongSaves() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofPolicy("T20", "saves the weights as they were loaded", StaleSave::new),
                WrongTwin.ofPolicy("T21", "copies its files over the existing ones", FileByFile::new),
                WrongTwin.ofPolicy("T22", "lets the file system error through", RawError::new),
                WrongTwin.ofPolicy("T23", "deletes the old checkpoint before it writes", DeletingFirst::new));
    }

    private static final class StaleSave extends ForwardingPolicy {
        private final ReferencePolicy asLoaded;

        StaleSave(ReferencePolicy delegate, ModelSource source) {
            super(delegate);
            this.asLoaded = new ReferencePolicy(source);
        }

        @Override
        public void save(Path directory) {
            asLoaded.save(directory);
        }
    }

    private static final class FileByFile extends ForwardingPolicy {
        FileByFile(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public void save(Path directory) {
            try {
                Path whole = Files.createTempDirectory("wrong").resolve("whole");
                super.save(whole);
                Files.createDirectories(directory);
                for (Path file : files(whole)) {
                    Files.move(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
                }
                Files.delete(whole);
                Files.delete(whole.getParent());
            } catch (IOException e) {
                throw new CheckpointException("cannot write " + directory, e);
            }
        }
    }

    private static final class RawError extends ForwardingPolicy {
        RawError(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public void save(Path directory) {
            try {
                super.save(directory);
            } catch (CheckpointException e) {
                throw new UncheckedIOException(new IOException(e.getMessage(), e));
            }
        }
    }

    private static final class DeletingFirst extends ForwardingPolicy {
        DeletingFirst(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public void save(Path directory) {
            try {
                if (Files.isDirectory(directory)) {
                    for (Path file : files(directory)) {
                        Files.delete(file);
                    }
                }
            } catch (IOException e) {
                throw new CheckpointException("cannot clear " + directory, e);
            }
            super.save(directory);
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
