package org.rpt4j.core.corpus;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.model.format.PlainFiles;

/** Where a file of a corpus is: on this machine, or in a {@link CorpusStorage}. Prints as its path. Thread-safe. */
sealed interface FilePath {

    /** Number of bytes. */
    long size() throws IOException;

    /** The content from its start. */
    InputStream stream() throws IOException;

    /** The content from any position. */
    SeekableInput seekable() throws IOException;

    /** A path as it is for any process that sees the same files. */
    FilePath absolute();

    /** The storage of a path that begins with a scheme other than {@code file}; empty for any other path. */
    static Optional<CorpusStorage> storage(String path) {
        Matcher scheme = Stored.SCHEME.matcher(path);
        if (!scheme.lookingAt() || scheme.group(1).equals("file")) {
            return Optional.empty();
        }
        for (CorpusStorage storage : ServiceLoader.load(CorpusStorage.class)) {
            if (storage.reads(scheme.group(1))) {
                return Optional.of(storage);
            }
        }
        throw new CorpusException("Corpus " + path + ": nothing on the class path reads " + scheme.group(1)
                + ":. Start with spark-submit and rpt4j-spark, which reads the file systems of Hadoop, or name files of"
                + " this machine.");
    }

    /** The path without the scheme {@code file}. */
    static String local(String path) {
        return path.startsWith("file:/") ? path.substring("file:".length()).replaceFirst("^/+", "/") : path;
    }

    /** A path as {@link #toString} gives it. */
    static FilePath parse(String path) {
        return storage(path)
                .<FilePath>map(storage -> new Stored(storage, path))
                .orElseGet(() -> new Local(Path.of(local(path))));
    }

    /** A file of this machine. */
    record Local(Path path) implements FilePath {

        @Override
        public long size() throws IOException {
            return Files.size(path);
        }

        @Override
        public InputStream stream() throws IOException {
            return Files.newInputStream(path);
        }

        @Override
        public SeekableInput seekable() throws IOException {
            PlainFiles.open(path).close(); // refuses a pipe, and a pointer of Git LFS
            return SeekableInput.of(new RandomAccessFile(path.toFile(), "r"));
        }

        @Override
        public FilePath absolute() {
            return new Local(path.toAbsolutePath());
        }

        @Override
        public String toString() {
            return path.toString();
        }
    }

    /** A file elsewhere. */
    record Stored(CorpusStorage storage, String path) implements FilePath {

        /** Of two letters at least, because one may be a drive. */
        private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/");

        @Override
        public long size() throws IOException {
            try (SeekableByteChannel channel = storage.open(path)) {
                return channel.size();
            }
        }

        @Override
        public InputStream stream() throws IOException {
            return Channels.newInputStream(storage.open(path));
        }

        @Override
        public SeekableInput seekable() throws IOException {
            return SeekableInput.of(storage.open(path));
        }

        @Override
        public FilePath absolute() {
            return this;
        }

        @Override
        public String toString() {
            return path;
        }
    }
}
