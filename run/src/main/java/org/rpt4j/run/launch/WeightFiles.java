package org.rpt4j.run.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.SourceFiles;

/** Tells the weights of one model from those of another without reading them. */
final class WeightFiles {

    private static final Pattern NAME =
            Pattern.compile("(adapter_)?config\\.json|.*\\.(safetensors|onnx|onnx[._]data)");
    private static final int DEPTH = 2;

    private WeightFiles() {}

    /**
     * Name, length and age of the configuration and of every file of weights in a model's directory, or beside it; of a GGUF
     * file, which is complete, its own.
     */
    static String describe(Path model) {
        if (SourceFiles.isGguf(model)) {
            return describe(Objects.requireNonNull(model.toAbsolutePath().getParent()), model.toAbsolutePath());
        }
        Path directory = Files.isRegularFile(model)
                ? Objects.requireNonNull(model.toAbsolutePath().getParent())
                : model;
        if (!Files.isDirectory(directory)) {
            throw new ModelFormatException("Model " + directory.toAbsolutePath() + " does not exist. Check the path");
        }
        try (Stream<Path> files = Files.walk(directory, DEPTH)) {
            return files.filter(
                            file -> NAME.matcher(file.getFileName().toString()).matches())
                    .sorted()
                    .map(file -> describe(directory, file))
                    .collect(Collectors.joining(", "));
        } catch (IOException e) {
            throw new ModelFormatException("Cannot list " + directory + ": " + e, e);
        }
    }

    private static String describe(Path directory, Path file) {
        try {
            return directory.relativize(file) + " of " + Files.size(file) + " bytes from "
                    + Files.getLastModifiedTime(file);
        } catch (IOException e) {
            throw new ModelFormatException("Cannot read " + file + ": " + e, e);
        }
    }
}
