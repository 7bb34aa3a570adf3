package org.rpt4j.tck;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.FloatBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rpt4j.model.format.DType;
import org.rpt4j.model.format.ModelConfigWriter;
import org.rpt4j.model.format.SafetensorsWriter;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceModel;

/**
 * How real checkpoints store their weights: rounded to half precision, and in several files with an index.
 *
 * @param name of the form, also of its directory
 * @param types formats, given to the weights in turn
 * @param files number of files
 */
record Shards(String name, List<DType> types, int files) {

    static final List<Shards> ALL = List.of(
            new Shards("bf16", List.of(DType.BF16), 1),
            new Shards("f16-in-two-files", List.of(DType.F16), 2),
            new Shards("mixed-in-three-files", List.of(DType.BF16, DType.F32, DType.F16), 3));

    private static final String INDEX = "model.safetensors.index.json";

    /** Writes a checkpoint; weights are rounded to the format that they are stored in. */
    void write(ReferenceModel model, Path directory) {
        try {
            Files.createDirectories(directory);
            Files.writeString(
                    directory.resolve("config.json"),
                    ModelConfigWriter.toJson(model.config())
                            .replace("float32", types.get(0).torchName()));
            writeWeights(model, directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + directory, e);
        }
    }

    private void writeWeights(ReferenceModel model, Path directory) throws IOException {
        List<WeightSpec> specs = model.layout().all();
        for (int file = 0; file < files; file++) {
            List<SafetensorsWriter.Entry> entries = new ArrayList<>();
            for (int i = file; i < specs.size(); i += files) {
                FloatBuffer values = floats(model.weights()[i]);
                // Neighbours in a file differ in format, too.
                DType type = types.get(i / files % types.size());
                entries.add(new SafetensorsWriter.Entry(
                        specs.get(i).name(), type, specs.get(i).shape(), () -> values));
            }
            SafetensorsWriter.write(directory.resolve(fileName(file)), entries, Map.of("format", "pt"));
        }
        if (files > 1) {
            String map = IntStream.range(0, specs.size())
                    .mapToObj(i -> "\"" + specs.get(i).name() + "\": \"" + fileName(i % files) + "\"")
                    .collect(Collectors.joining(",\n    "));
            Files.write(
                    directory.resolve(INDEX),
                    ("{\n  \"metadata\": {},\n  \"weight_map\": {\n    " + map + "\n  }\n}\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
    }

    private String fileName(int file) {
        return files == 1
                ? "model.safetensors"
                : String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", file + 1, files);
    }

    private static FloatBuffer floats(double[] values) {
        FloatBuffer floats = FloatBuffer.allocate(values.length);
        for (double value : values) {
            floats.put((float) value);
        }
        return floats.flip();
    }
}
