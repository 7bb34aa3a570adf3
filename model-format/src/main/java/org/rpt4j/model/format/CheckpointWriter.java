package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.FloatBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.StorageException;

/**
 * Saves the weights of a model as a complete checkpoint that other tools can read. Stateless.
 *
 * @since 0.1.0
 */
public final class CheckpointWriter {

    /** Bytes of weights per file; Hugging Face splits at the same size. */
    private static final long SHARD_BYTES = 5_000_000_000L;

    private static final Map<String, String> METADATA = Map.of("format", "pt");

    /** The files of a model besides its weights; copied if the source has them. */
    private static final List<String> COMPANIONS = List.of(
            "tokenizer.json",
            "tokenizer_config.json",
            "tokenizer.model",
            "vocab.json",
            "merges.txt",
            "added_tokens.json",
            "special_tokens_map.json",
            "chat_template.jinja",
            "chat_template.json",
            "generation_config.json");

    /** Far above every tokenizer; a sparse file of this name must not fill the disk. */
    private static final long MAX_COMPANION_BYTES = 1L << 30;

    private CheckpointWriter() {}

    /**
     * Writes a checkpoint beside {@code target} and moves it into place: weights in one file, or in several of 5 GB
     * with an index; the {@code config.json} of the source with an updated dtype; the tokenizer files. Those of a GGUF file
     * are made from its metadata. An existing
     * checkpoint at {@code target} is replaced with its whole directory, or left unchanged. {@code target} may equal
     * {@code source}.
     *
     * @param target directory to write; must not exist, be empty, or contain a checkpoint
     * @param source the checkpoint or GGUF file that the model was opened from
     * @param layout the weights to write
     * @param dtype format in the file
     * @param weights supplies each weight once, in the order of the layout: row-major values between position and limit
     * @throws CheckpointException if it cannot be written
     */
    public static void write(
            Path target, Path source, WeightLayout layout, DType dtype, Function<WeightSpec, FloatBuffer> weights) {
        write(target, source, layout, dtype, weights, SHARD_BYTES);
    }

    /**
     * Writes a checkpoint like {@link #write}, with the weights of a checkpoint and its adapter as one. The adapter is
     * remembered in the files, so that it cannot be applied a second time.
     *
     * @param target directory to write; must not exist, be empty, or contain a checkpoint
     * @param source a model with an adapter
     * @param dtype format in the file; another than that of the source's weights rounds them all
     * @throws org.rpt4j.api.error.ModelFormatException if the source cannot be read
     * @throws CheckpointException if it cannot be written
     * @throws IllegalArgumentException if the source has no adapter
     */
    public static void merge(Path target, ModelSource source, DType dtype) {
        Path adapter = source.adapter()
                .orElseThrow(() -> new IllegalArgumentException(source.directory() + " was given without an adapter"));
        try (Checkpoint checkpoint = Checkpoint.open(source)) {
            Set<String> adapters = new TreeSet<>(MergedAdapters.of(source.directory()));
            adapters.add(MergedAdapters.hash(adapter));
            write(
                    target,
                    source.directory(),
                    checkpoint.layout(),
                    dtype,
                    spec -> {
                        FloatBuffer merged = FloatBuffer.allocate(Math.toIntExact(spec.size()));
                        checkpoint.read(spec, merged);
                        return merged;
                    },
                    SHARD_BYTES,
                    MergedAdapters.metadata(METADATA, adapters));
        }
    }

    static void write(
            Path target,
            Path source,
            WeightLayout layout,
            DType dtype,
            Function<WeightSpec, FloatBuffer> weights,
            long shardBytes) {
        Set<String> merged;
        try {
            merged = MergedAdapters.of(source);
        } catch (ModelFormatException e) {
            throw new CheckpointException("cannot copy the metadata of the source: " + e.getMessage(), e);
        }
        write(target, source, layout, dtype, weights, shardBytes, MergedAdapters.metadata(METADATA, merged));
    }

    private static void write(
            Path target,
            Path source,
            WeightLayout layout,
            DType dtype,
            Function<WeightSpec, FloatBuffer> weights,
            long shardBytes,
            Map<String, String> metadata) {
        try {
            AtomicFiles.recover(target);
            requireReplaceable(target, ModelConfigReader.FILE);
            ModelConfig shape = requireSame(source, layout);
            ObjectNode config = readConfig(source);
            AtomicFiles.replaceDirectory(target, directory -> {
                writeConfig(directory, config, dtype);
                copyCompanions(directory, source);
                ExtraTensors.copy(source, shape, extra -> {
                    List<SafetensorsWriter.Entry> entries = new ArrayList<>(layout.entries(dtype, weights));
                    entries.addAll(extra);
                    writeWeights(directory, split(entries, shardBytes), metadata);
                });
            });
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
        }
    }

    /**
     * Refuses a place with anything in it, before the work whose result would replace it.
     *
     * @param what what is to be saved there, for the message
     * @throws CheckpointException unless the directory is empty or does not exist
     */
    public static void requireFree(Path directory, String what) {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> content = Files.list(directory)) {
            if (content.findAny().isPresent()) {
                throw new DirectoryNotEmptyException(directory.toString());
            }
        } catch (IOException e) {
            String problem = e instanceof DirectoryNotEmptyException ? "not empty" : "not a readable directory";
            throw new CheckpointException(
                    "Cannot save " + what + " to " + directory + ": it is " + problem
                            + ", and models are never replaced. Name another directory.",
                    e);
        }
    }

    /** Refuses a directory with files of which none is {@code marker}: it is none that may be replaced. */
    static void requireReplaceable(Path target, String marker) {
        if (!Files.isDirectory(target) || Files.exists(target.resolve(marker))) {
            return;
        }
        try (Stream<Path> content = Files.list(target)) {
            if (content.findAny().isPresent()) {
                throw new CheckpointException(target + " contains files but no " + marker
                        + ": saving there would delete files that are not a checkpoint. Choose another directory.");
            }
        } catch (IOException e) {
            throw new CheckpointException("cannot read " + target + ": " + e, e);
        }
    }

    private static ModelConfig requireSame(Path source, WeightLayout layout) {
        try {
            ModelConfig config = ModelConfigReader.reread(source);
            if (WeightLayout.of(config).stored().equals(layout.stored())) {
                return config;
            }
        } catch (ModelFormatException e) {
            throw new CheckpointException("cannot copy the configuration of the source: " + e.getMessage(), e);
        }
        throw new CheckpointException("the configuration in " + source + " does not match the weights to save: it"
                + " was changed after the model was opened");
    }

    private static ObjectNode readConfig(Path source) {
        try {
            return ModelConfigReader.readRaw(source);
        } catch (ModelFormatException e) {
            throw new CheckpointException("cannot copy the configuration of the source: " + e.getMessage(), e);
        }
    }

    private static void writeConfig(Path directory, ObjectNode config, DType dtype) throws IOException {
        boolean newName = config.has("dtype");
        if (newName) {
            config.put("dtype", dtype.torchName());
        }
        if (!newName || config.has("torch_dtype")) {
            config.put("torch_dtype", dtype.torchName());
        }
        Files.writeString(directory.resolve(ModelConfigReader.FILE), config.toPrettyString() + "\n");
    }

    private static void copyCompanions(Path directory, Path source) throws IOException {
        for (String name : COMPANIONS) {
            Path file = source.resolve(name);
            if (Files.isRegularFile(file) && Files.size(file) > MAX_COMPANION_BYTES) {
                throw tooLarge(file);
            }
            Optional<InputStream> content = SourceFiles.open(source, name);
            if (content.isPresent()) {
                // A stream and not Files.copy, which would copy the read-only permissions of a cache too.
                try (InputStream in = content.get();
                        OutputStream out = Files.newOutputStream(directory.resolve(name))) {
                    if (in.transferTo(out) > MAX_COMPANION_BYTES) {
                        throw tooLarge(file);
                    }
                }
            }
        }
    }

    private static IOException tooLarge(Path file) {
        return new IOException(
                file + " is larger than the " + MAX_COMPANION_BYTES + " bytes that are copied with a checkpoint");
    }

    private static List<List<SafetensorsWriter.Entry>> split(List<SafetensorsWriter.Entry> entries, long shardBytes) {
        List<List<SafetensorsWriter.Entry>> shards = new ArrayList<>();
        long used = 0;
        for (SafetensorsWriter.Entry entry : entries) {
            if (shards.isEmpty() || used + entry.bytes() > shardBytes) {
                shards.add(new ArrayList<>());
                used = 0;
            }
            shards.get(shards.size() - 1).add(entry);
            used += entry.bytes();
        }
        return shards;
    }

    private static void writeWeights(
            Path directory, List<List<SafetensorsWriter.Entry>> shards, Map<String, String> metadata)
            throws IOException {
        if (shards.size() == 1) {
            writeFile(directory.resolve(CheckpointFiles.SINGLE), shards.get(0), metadata);
            return;
        }
        ObjectNode index = Json.MAPPER.createObjectNode();
        index.putObject("metadata")
                .put(
                        "total_size",
                        shards.stream()
                                .flatMap(List::stream)
                                .mapToLong(SafetensorsWriter.Entry::bytes)
                                .sum());
        ObjectNode shardOf = index.putObject("weight_map");
        for (int i = 0; i < shards.size(); i++) {
            String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
            writeFile(directory.resolve(name), shards.get(i), metadata);
            shards.get(i).forEach(entry -> shardOf.put(entry.name(), name));
        }
        Files.writeString(directory.resolve(CheckpointFiles.INDEX), index.toPrettyString() + "\n");
    }

    /** Writes a file of a directory that is moved into place as a whole. */
    static void writeFile(Path file, List<SafetensorsWriter.Entry> entries, Map<String, String> metadata)
            throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            SafetensorsWriter.write(out, entries, metadata);
        }
    }
}
