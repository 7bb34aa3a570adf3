package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.opentest4j.TestAbortedException;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.TensorInfo;

/** Optimizer states as the safetensors files that {@code saveState} writes, where possible independent of tensor names. */
final class StateFiles {

    private StateFiles() {}

    /** Names of the non-square matrices; the state of every model has some. */
    static List<String> oblongMatrices(Path state) {
        try (SafetensorsFile file = SafetensorsFile.open(state)) {
            List<String> names = file.tensors().values().stream()
                    .filter(tensor -> tensor.shape().size() == 2)
                    .filter(tensor ->
                            !tensor.shape().get(0).equals(tensor.shape().get(1)))
                    .map(TensorInfo::name)
                    .toList();
            assertThat(names).as("matrices in the state that are not square").isNotEmpty();
            return names;
        }
    }

    /**
     * Copies a state with another step count.
     *
     * @throws TestAbortedException if the metadata of the file have no such count
     */
    static void setStepCount(Path state, long from, long to, Path target) {
        try (SafetensorsFile file = SafetensorsFile.open(state)) {
            Map<String, String> metadata = new HashMap<>(file.metadata());
            if (!metadata.containsValue(Long.toString(from))) {
                throw new TestAbortedException(
                        "not checked, the metadata of a saved state have no step count of " + from + ": " + metadata);
            }
            metadata.replaceAll((key, value) -> value.equals(Long.toString(from)) ? Long.toString(to) : value);
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            for (TensorInfo tensor : file.tensors().values()) {
                entries.add(entry(file, tensor, shape(tensor)));
            }
            SafetensorsWriter.write(target, entries, metadata);
        }
    }

    private static List<Integer> shape(TensorInfo tensor) {
        return tensor.shape().stream().map(Math::toIntExact).toList();
    }

    private static SafetensorsWriter.Entry entry(SafetensorsFile file, TensorInfo tensor, List<Integer> shape) {
        FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.size()));
        file.read(tensor.name(), values);
        return new SafetensorsWriter.Entry(tensor.name(), DType.parse(tensor.dtype()), shape, () -> values);
    }

    /**
     * Copies of a state after some steps, each with one thing that no optimizer can have, by what is wrong with it: a
     * first or second moment that is NaN or infinite, a second moment below 0, a step count of 0 or below.
     */
    static Map<String, Path> impossible(Path state, Path directory) {
        Map<String, Path> files = new LinkedHashMap<>();
        try (SafetensorsFile file = SafetensorsFile.open(state)) {
            List<String> names = List.copyOf(file.tensors().keySet());
            for (String name : List.of(names.get(0), names.get(1), names.get(names.size() - 1))) {
                for (float value : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
                    add(files, directory, value + " in " + name, copy(file, name, value), file.metadata());
                }
            }
            String second = names.stream()
                    .filter(name -> name.startsWith("second_moment."))
                    .findFirst()
                    .orElseThrow();
            add(files, directory, "-1 in " + second, copy(file, second, -1), file.metadata());
            for (String step : List.of("0", "-1", "2.5", "")) {
                add(files, directory, "step \"" + step + "\"", copy(file, "", 0), Map.of("step", step));
            }
        }
        return files;
    }

    private static void add(
            Map<String, Path> files,
            Path directory,
            String what,
            List<SafetensorsWriter.Entry> entries,
            Map<String, String> metadata) {
        Path target = directory.resolve(files.size() + ".safetensors");
        SafetensorsWriter.write(target, entries, metadata);
        files.put(what, target);
    }

    /** All tensors, the last value of one of them replaced. */
    private static List<SafetensorsWriter.Entry> copy(SafetensorsFile file, String changed, float value) {
        List<SafetensorsWriter.Entry> entries = new ArrayList<>();
        for (TensorInfo tensor : file.tensors().values()) {
            FloatBuffer values = FloatBuffer.allocate(Math.toIntExact(tensor.size()));
            file.read(tensor.name(), values);
            if (tensor.name().equals(changed)) {
                values.put(values.capacity() - 1, value);
            }
            entries.add(new SafetensorsWriter.Entry(
                    tensor.name(), DType.parse(tensor.dtype()), shape(tensor), () -> values));
        }
        return entries;
    }

    /** Copies a state with the dimensions of one tensor swapped: the same number of values in another shape. */
    static void transpose(Path state, String name, Path target) {
        try (SafetensorsFile file = SafetensorsFile.open(state)) {
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            for (TensorInfo tensor : file.tensors().values()) {
                List<Integer> shape = new ArrayList<>(shape(tensor));
                if (tensor.name().equals(name)) {
                    Collections.reverse(shape);
                }
                entries.add(entry(file, tensor, shape));
            }
            SafetensorsWriter.write(target, entries, file.metadata());
        }
    }
}
