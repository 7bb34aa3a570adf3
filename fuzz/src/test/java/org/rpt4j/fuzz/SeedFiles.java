package org.rpt4j.fuzz;

import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorProto.DataType;
import blue.strategic.parquet.ParquetWriter;
import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.backend.onnx.proto.Attributes;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.Position;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.core.task.SelectedDocument;
import org.rpt4j.core.task.TaskBuilder;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfigReader;

/** Generates the seeds that no editor can write; the others were written by hand. */
final class SeedFiles {

    private static final byte[] LINES =
            "{\"text\":\"one\"}\n{\"text\":\"two\",\"answer\":\"2\"}\n".getBytes(StandardCharsets.UTF_8);

    private final Path root;

    private SeedFiles(Path root) {
        this.root = root;
    }

    /**
     * Generates them anew.
     *
     * @param arguments the directory of the seeds, {@code src/test/resources/org/rpt4j/fuzz}
     */
    public static void main(String[] arguments) throws Exception {
        SeedFiles seeds = new SeedFiles(Path.of(arguments[0]));
        seeds.compressed();
        seeds.parquet();
        seeds.scores();
        seeds.dataset();
        seeds.smallOnnx();
        for (GraphForm form : GraphForm.values()) {
            seeds.onnx(form);
        }
    }

    private Path seed(Class<?> target, String name) throws IOException {
        Path folder = Files.createDirectories(root.resolve(target.getSimpleName() + "Inputs/read"));
        Files.deleteIfExists(folder.resolve(name));
        return folder.resolve(name);
    }

    private void compressed() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(LINES);
        }
        Files.write(seed(CompressedCorpusFuzz.class, "gzip"), bytes.toByteArray());
        Files.write(seed(CompressedCorpusFuzz.class, "zstandard"), Zstd.compress(LINES));
    }

    private void parquet() throws IOException {
        MessageType schema = new MessageType(
                "corpus",
                Types.required(PrimitiveTypeName.BINARY)
                        .as(LogicalTypeAnnotation.stringType())
                        .named("text"));
        Path file = seed(ParquetCorpusFuzz.class, "two-rows");
        try (ParquetWriter<String> writer =
                ParquetWriter.writeFile(schema, file.toFile(), (text, fields) -> fields.write("text", text))) {
            writer.write("one");
            writer.write("two");
        }
    }

    private void scores() throws IOException {
        Path file = seed(ScoreRecordFuzz.class, "two-sequences");
        try (RecordedScorer scorer = new RecordedScorer(new ScoreRecordFuzz.Zeros(), "zeros", file)) {
            scorer.score(ScoreRecordFuzz.SEQUENCES, ScoringOptions.DEFAULTS);
        }
    }

    private void dataset() throws IOException {
        DatasetHeader header = new DatasetHeader(
                DatasetHeader.VERSION,
                new VocabularyFingerprint(10, List.of("0123456789abcdef")),
                "sha256:proxy",
                "sha256:corpus",
                1,
                2,
                Map.of("selector", "min-entropy 1.0 nats"));
        SelectedDocument document = new SelectedDocument(
                "a#1", new int[] {5, 4, 3, 2}, List.of(new Position(TaskBuilder.taskId("a#1", 2), 2, 1.25, true)));
        TaskDataset.write(seed(TaskDatasetFuzz.class, "one-document"), header, sink -> {
            sink.accept(document);
            return new FilterStatistics(1);
        });
    }

    /** Embedding, product, and a reshape to the width that a Concat ends in. */
    private void smallOnnx() throws IOException {
        GraphBuilder graph = new GraphBuilder("g");
        graph.graph().addInitializer(matrix("e", 4, 2)).addInitializer(matrix("w", 2, 4));
        String ids = graph.input("input_ids", DataType.INT64_VALUE, "b", "s");
        graph.input("past_key_values.0.key", DataType.FLOAT_VALUE, "b", "p");
        String hidden = graph.add("Gather", List.of("e", ids));
        String product = graph.add("MatMul", List.of(hidden, "w"));
        String shape = graph.add("Concat", List.of(graph.vector(-1), graph.vector(4)), Attributes.of("axis", 0));
        graph.addNamed("", "Reshape", List.of(product, shape), List.of("logits"));
        graph.output("logits", DataType.FLOAT_VALUE, "b", "s");
        ModelProto model = ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(17))
                .setGraph(graph.graph())
                .build();
        Files.write(seed(OnnxModelFuzz.class, "small"), model.toByteArray());
    }

    private static TensorProto matrix(String name, long rows, long columns) {
        return TensorProto.newBuilder()
                .setName(name)
                .addDims(rows)
                .addDims(columns)
                .setDataType(DataType.FLOAT_VALUE)
                .build();
    }

    private void onnx(GraphForm form) throws IOException {
        Path directory = new Scratch().directory();
        Path config = root.resolve("ModelConfigFuzzInputs/read/qwen3");
        Files.copy(config, directory.resolve("config.json"));
        Path checkpoint = directory.resolve("checkpoint");
        CheckpointInitializer.initialize(checkpoint, ModelConfigReader.read(directory), 1);
        Path exported = directory.resolve("exported/model.onnx");
        Files.createDirectories(exported.getParent());
        OnnxExporter.export(checkpoint, exported, form);
        Files.copy(exported, seed(OnnxModelFuzz.class, form.name().toLowerCase(Locale.ROOT)));
    }
}
