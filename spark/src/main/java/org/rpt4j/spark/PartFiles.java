package org.rpt4j.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.DatasetShards;
import org.rpt4j.model.format.AtomicFiles;
import org.rpt4j.model.format.Sha256;

/**
 * The parts of a dataset in a directory that all machines see, each in a file that appears when it is complete. A part
 * that is there is never computed again: the directory is named by all that the parts depend on, and beside them lies
 * what the bits of their scores depend on besides. Thread-safe.
 */
final class PartFiles implements DatasetShards.Parts {

    private static final int IDENTITY_DIGITS = 16;
    private static final int MOST_FINGERPRINT_BYTES = 1 << 16;
    private static final String MADE_BY = "made-by";

    private final String directory;
    private final int count;

    /**
     * @param directory a path or URI of Hadoop
     * @param count number of parts
     */
    PartFiles(String directory, int count) {
        this.directory = directory;
        this.count = count;
    }

    /** The parts of one division of one corpus, below a directory of many. */
    static PartFiles of(String above, DatasetHeader header, int blocksPerPart, int count) {
        Sha256 identity = new Sha256();
        identity.add(header + "\n" + blocksPerPart);
        return new PartFiles(above + "/" + identity.hex().substring(0, IDENTITY_DIGITS), count);
    }

    String directory() {
        return directory;
    }

    private Path path(int number) {
        return new Path(directory, "part-" + number + "-of-" + count + ".jsonl");
    }

    @Override
    public String name(int number) {
        return path(number).toString();
    }

    boolean has(int number) {
        try {
            return files().exists(path(number));
        } catch (IOException e) {
            throw failed("look for", name(number), e);
        }
    }

    /** The numbers of the parts that are not there. */
    List<Integer> missing() {
        TreeSet<String> there = new TreeSet<>();
        try {
            for (FileStatus file : files().listStatus(new Path(directory))) {
                there.add(file.getPath().getName());
            }
        } catch (FileNotFoundException e) {
            there.clear(); // nothing is there yet
        } catch (IOException e) {
            throw failed("list", directory, e);
        }
        List<Integer> missing = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            if (!there.contains(path(number).getName())) {
                missing.add(number);
            }
        }
        return missing;
    }

    /**
     * Writes a part. If another executor was faster, its part stays, which has the same bits.
     *
     * @throws StorageException if it cannot be written
     */
    void write(int number, AtomicFiles.IOConsumer<OutputStream> content) {
        write(path(number), content);
    }

    private void write(Path target, AtomicFiles.IOConsumer<OutputStream> content) {
        Path partial = new Path(directory, "." + target.getName() + "." + UUID.randomUUID() + ".tmp");
        try {
            FileSystem files = files();
            try {
                try (FSDataOutputStream out = files.create(partial, false)) {
                    content.accept(out);
                    out.hsync();
                }
                if (!files.rename(partial, target) && !files.exists(target)) {
                    throw new IOException("it cannot be renamed to its name");
                }
            } finally {
                files.delete(partial, false);
            }
        } catch (IOException e) {
            throw failed("write", target.toString(), e);
        }
    }

    /**
     * Checks that all parts are computed by executors of one kind, also by those before an interruption.
     *
     * @param fingerprint of this executor
     * @throws BackendFailureException if there are parts of others
     */
    void requireMadeBy(String fingerprint) {
        Path file = new Path(directory, MADE_BY);
        try {
            if (!files().exists(file)) {
                write(file, out -> out.write(fingerprint.getBytes(StandardCharsets.UTF_8)));
            }
            try (InputStream content = files().open(file)) {
                String others = new String(content.readNBytes(MOST_FINGERPRINT_BYTES), StandardCharsets.UTF_8);
                if (!others.equals(fingerprint)) {
                    throw new BackendFailureException("the parts of the dataset in " + directory + " are computed with "
                            + others + ", this executor computes with " + fingerprint
                            + ". Go on with executors of that kind, delete the directory to begin again, or allow"
                            + " mixed-executors: scores then agree within the tolerance of the arithmetic only.");
                }
            }
        } catch (IOException e) {
            throw failed("read", file.toString(), e);
        }
    }

    @Override
    public InputStream open(int number) throws IOException {
        return files().open(path(number));
    }

    /** Deletes all parts, and the directory of all datasets if it is empty then. */
    void delete() {
        Path own = new Path(directory);
        try {
            FileSystem files = files();
            files.delete(own, true);
            Path above = own.getParent();
            if (files.exists(above) && files.listStatus(above).length == 0) {
                files.delete(above, false);
            }
        } catch (IOException e) {
            throw failed("delete", directory, e);
        }
    }

    private FileSystem files() throws IOException {
        return HadoopFiles.of(new Path(directory));
    }

    private static StorageException failed(String what, String path, IOException e) {
        return new StorageException(
                "cannot " + what + " " + path + ": " + e + ". Every executor and the driver need "
                        + ClusterOptions.PARTS + ": a directory that all see, with room for the dataset.",
                e);
    }
}
