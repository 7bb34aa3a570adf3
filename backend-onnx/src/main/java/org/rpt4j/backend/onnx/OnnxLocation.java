package org.rpt4j.backend.onnx;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.SourceFiles;

/**
 * Decides what a path means. A GGUF file is a checkpoint; any other file is an ONNX model. A directory with {@code *.safetensors} is a checkpoint, whatever
 * else it contains. Any other directory is an ONNX model if it contains one: {@code model.onnx}, {@code
 * onnx/model.onnx}, or its only {@code *.onnx}. An ambiguous path is an error. Stateless.
 */
final class OnnxLocation {

    private static final String SUFFIX = ".onnx";
    private static final List<String> USUAL = List.of("model.onnx", "onnx/model.onnx");

    private OnnxLocation() {}

    /**
     * Returns the ONNX file that a path means; empty if it means a checkpoint.
     *
     * @throws ModelFormatException if a directory contains several models and none has the standard name
     */
    static Optional<Path> find(Path path) {
        if (SourceFiles.isGguf(path)) {
            return Optional.empty();
        }
        if (Files.isRegularFile(path)) {
            return Optional.of(path);
        }
        if (!Files.isDirectory(path) || !named(path, ".safetensors").isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> usual =
                USUAL.stream().map(path::resolve).filter(Files::isRegularFile).findFirst();
        if (usual.isPresent()) {
            return usual;
        }
        List<Path> found = named(path, SUFFIX);
        if (found.isEmpty() && Files.isDirectory(path.resolve("onnx"))) {
            found = named(path.resolve("onnx"), SUFFIX);
        }
        if (found.size() > 1) {
            throw new ModelFormatException(path + " contains several ONNX models: "
                    + found.stream()
                            .map(file -> path.relativize(file).toString())
                            .collect(Collectors.joining(", "))
                    + ". Name the file instead of the directory.");
        }
        return found.stream().findFirst();
    }

    private static List<Path> named(Path directory, String suffix) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.getFileName().toString().endsWith(suffix))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + directory + ": " + e, e);
        }
    }
}
