package org.rpt4j.backend.onnx.proto;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnsafeByteOperations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.PlainFiles;

/**
 * A model in a file, with its weights inside or in files beside it. Model caches name files by the hash of their
 * content and link to them; ONNX Runtime does not follow links, so the graph is changed to name the real files.
 *
 * @param file the graph's file
 * @param model the model, with external weights renamed to the real files
 * @param directory directory of the real files; empty if there are none
 */
public record ModelFile(Path file, ModelProto model, Optional<Path> directory) {

    /**
     * Parses the graph and locates its weights without reading them.
     *
     * @throws ModelFormatException if the file is not a model, or if a file is missing, truncated, or outside of the
     *     model's directory
     */
    public static ModelFile read(Path file) {
        ModelProto model = parse(file);
        GraphProto.Builder graph = model.getGraph().toBuilder();
        Map<String, Path> files = new HashMap<>();
        for (int i = 0; i < graph.getInitializerCount(); i++) {
            TensorProto tensor = graph.getInitializer(i);
            if (ExternalData.isExternal(tensor)) {
                String location = ExternalData.location(tensor)
                        .orElseThrow(() -> new ModelFormatException(file + ": \"" + tensor.getName()
                                + "\" is stored outside of the graph, but its location is missing"));
                Path real = files.computeIfAbsent(location, name -> real(file, name));
                requireLength(file, tensor, real);
                graph.setInitializer(
                        i, ExternalData.moved(tensor, real.getFileName().toString()));
            }
        }
        if (files.values().stream().map(Path::getParent).distinct().count() > 1) {
            throw new ModelFormatException(
                    file + " has its weights in several directories: " + files.values() + ". Move them into one.");
        }
        return new ModelFile(
                file,
                model.toBuilder().setGraph(graph).build(),
                files.values().stream().map(Path::getParent).findFirst());
    }

    private static ModelProto parse(Path file) {
        try {
            // Read, not mapped: a file that is truncated while it is mapped ends the JVM with a bus error.
            byte[] bytes = PlainFiles.read(file, PlainFiles.MOST_BYTES);
            CodedInputStream in = UnsafeByteOperations.unsafeWrap(bytes).newCodedInput();
            in.enableAliasing(true);
            ModelProto model = ModelProto.parseFrom(in);
            if (!model.hasGraph() || model.getIrVersion() == 0) {
                throw new ModelFormatException(file + " is not an ONNX model: it has no graph");
            }
            return model;
        } catch (InvalidProtocolBufferException e) {
            throw new ModelFormatException(file + " is not an ONNX model, or it is truncated: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new ModelFormatException(
                    "cannot read " + file + ": " + e.getMessage()
                            + ". A graph has at most 2 GiB; larger models keep their weights beside it.",
                    e);
        } catch (OutOfMemoryError e) {
            throw new BackendMemoryException(
                    "not enough heap to read the graph " + file + ". Increase -Xmx, or export the model with its"
                            + " weights beside the graph.",
                    e);
        }
    }

    private static Path real(Path file, String location) {
        try {
            Path relative = Path.of(location).normalize();
            if (relative.isAbsolute() || relative.startsWith("..")) {
                throw new ModelFormatException(
                        file + " has weights in \"" + location + "\", which is outside of its own directory");
            }
            Path found = file.toAbsolutePath().resolveSibling(relative);
            if (!Files.isRegularFile(found)) {
                throw new ModelFormatException(file + " has weights in " + location + ", which is missing: there is no "
                        + found + ". Both files must keep these names.");
            }
            return found.toRealPath();
        } catch (InvalidPathException | IOException e) {
            throw new ModelFormatException(file + " has weights in \"" + location + "\": " + e, e);
        }
    }

    private static void requireLength(Path file, TensorProto tensor, Path data) {
        try {
            long offset = Long.parseLong(ExternalData.offset(tensor).orElse("0"));
            long length = ExternalData.length(tensor).map(Long::parseLong).orElse(0L);
            long found = Files.size(data);
            if (offset < 0 || length < 0 || offset > found - length) {
                throw new ModelFormatException(data + " is truncated: it has " + found + " bytes, but \""
                        + tensor.getName() + "\" of " + file.getFileName() + " takes " + length + " from " + offset);
            }
        } catch (NumberFormatException e) {
            throw new ModelFormatException(file + ": the location of \"" + tensor.getName() + "\" is not a number", e);
        } catch (IOException e) {
            throw new ModelFormatException("cannot read " + data + ": " + e, e);
        }
    }
}
