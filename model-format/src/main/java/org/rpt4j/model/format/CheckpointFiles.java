package org.rpt4j.model.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.rpt4j.api.error.ModelFormatException;

/** The safetensors files of a checkpoint, one or several, presented as one. */
final class CheckpointFiles implements TensorFiles {

    static final String SINGLE = "model.safetensors";
    static final String INDEX = "model.safetensors.index.json";

    private static final int MAX_INDEX_BYTES = 64 << 20;

    /** Elements of two tensors that are compared at a time. */
    private static final int COMPARED = 1 << 18;

    /** Accepts only plain names, which cannot lead out of the directory on any file system. */
    private static final Pattern SHARD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*\\.safetensors");

    private final Map<String, SafetensorsFile> byTensor = new LinkedHashMap<>();
    private final Map<String, TensorInfo> tensors = new LinkedHashMap<>();
    private final List<SafetensorsFile> files = new ArrayList<>();

    private final Predicate<String> redundant;

    private CheckpointFiles(Predicate<String> redundant) {
        this.redundant = redundant;
    }

    /**
     * Opens the files of a checkpoint.
     *
     * @param redundant names of weights that no model needs: index and files need not agree on them
     */
    static CheckpointFiles open(Path directory, Predicate<String> redundant) {
        CheckpointFiles opened = new CheckpointFiles(redundant);
        try {
            if (Files.exists(directory.resolve(SINGLE))) {
                opened.add(directory.resolve(SINGLE));
            } else if (Files.exists(directory.resolve(INDEX))) {
                opened.addShards(directory);
            } else {
                String gguf = SourceFiles.hint(directory);
                throw new ModelFormatException(directory + " has neither " + SINGLE + " nor " + INDEX
                        + (!gguf.isEmpty()
                                ? gguf
                                : holdsGraph(directory)
                                        ? ". It has an ONNX graph, which the backend onnx reads (--backend.name onnx)."
                                        : ". Weights in other formats must be converted to safetensors."));
            }
            return opened;
        } catch (RuntimeException | Error e) {
            opened.close();
            throw e;
        }
    }

    private static boolean holdsGraph(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.anyMatch(file -> file.toString().endsWith(".onnx"));
        } catch (IOException e) {
            return false; // the message is about the weights
        }
    }

    @SuppressWarnings("resource")
    private SafetensorsFile add(Path path) {
        SafetensorsFile file = SafetensorsFile.open(path);
        files.add(file);
        file.tensors().forEach((name, info) -> {
            tensors.put(name, info);
            byTensor.put(name, file);
        });
        return file;
    }

    private void addShards(Path directory) {
        Path indexFile = directory.resolve(INDEX);
        Map<String, String> shardOf = readIndex(indexFile);
        for (String shard : shardOf.values().stream().distinct().toList()) {
            for (String name : add(directory.resolve(shard)).tensors().keySet()) {
                if (!shard.equals(shardOf.get(name)) && !redundant.test(name)) {
                    throw new ModelFormatException(directory.resolve(shard) + " contains \"" + name + "\", which "
                            + INDEX + " assigns to " + shardOf.getOrDefault(name, "no file"));
                }
            }
        }
        shardOf.forEach((name, shard) -> {
            if (!tensors.containsKey(name) && !redundant.test(name)) {
                throw new ModelFormatException(directory.resolve(shard) + " does not contain \"" + name + "\", which "
                        + INDEX + " assigns to it");
            }
        });
    }

    private static Map<String, String> readIndex(Path file) {
        JsonFields index = JsonFields.read(file, MAX_INDEX_BYTES, ModelFormatException::new);
        Map<String, String> shardOf = new LinkedHashMap<>();
        index.nested("weight_map").object().properties().forEach(entry -> {
            JsonNode shard = entry.getValue();
            if (!shard.isTextual() || !SHARD.matcher(shard.textValue()).matches()) {
                throw index.unexpected(
                        "weight_map." + entry.getKey(),
                        shard,
                        "the plain name of a .safetensors file beside the index");
            }
            shardOf.put(entry.getKey(), shard.textValue());
        });
        return shardOf;
    }

    @Override
    public Map<String, TensorInfo> tensors() {
        return tensors;
    }

    @Override
    public String nameInFile(String name) {
        return name;
    }

    /** Returns the metadata of all files together; of one key in several files, the last value. */
    Map<String, String> metadata() {
        Map<String, String> metadata = new TreeMap<>();
        files.forEach(file -> metadata.putAll(file.metadata()));
        return metadata;
    }

    /** Returns the first element in which two tensors of one shape differ; -1 if they are equal. */
    long mismatch(String one, String other) {
        TensorInfo a = tensor(one);
        TensorInfo b = tensor(other);
        FloatBuffer left = FloatBuffer.allocate(COMPARED);
        FloatBuffer right = FloatBuffer.allocate(COMPARED);
        for (long at = 0; at < a.size(); at += COMPARED) {
            int count = (int) Math.min(COMPARED, a.size() - at);
            file(one).read(a, at, left.clear().limit(count));
            file(other).read(b, at, right.clear().limit(count));
            for (int i = 0; i < count; i++) {
                if (left.get(i) != right.get(i)) {
                    return at + i;
                }
            }
        }
        return -1;
    }

    /** Gives a tensor another name; what it was called remains in messages. */
    void rename(String from, String to) {
        SafetensorsFile file = file(from);
        byTensor.put(to, file);
        byTensor.remove(from);
        tensors.put(to, tensor(from));
        tensors.remove(from);
    }

    @Override
    public Optional<String> storedType(String name) {
        return Optional.ofNullable(tensors.get(name)).map(TensorInfo::dtype);
    }

    @Override
    public void read(String name, FloatBuffer target) {
        file(name).read(tensor(name).name(), target);
    }

    @Override
    public void readPart(String name, long first, FloatBuffer target) {
        file(name).read(tensor(name), first, target);
    }

    @Override
    public Optional<DType> plainType(String name) {
        return storedType(name).map(DType::parse);
    }

    @Override
    public void readStored(String name, long first, ByteBuffer target) {
        file(name).readStored(tensor(name), first, target);
    }

    private TensorInfo tensor(String name) {
        return Objects.requireNonNull(tensors.get(name));
    }

    private SafetensorsFile file(String name) {
        SafetensorsFile file = byTensor.get(name);
        if (file == null) {
            throw new IllegalArgumentException("the checkpoint has no weight \"" + name + "\"");
        }
        return file;
    }

    @Override
    public void close() {
        files.forEach(SafetensorsFile::close);
    }
}
