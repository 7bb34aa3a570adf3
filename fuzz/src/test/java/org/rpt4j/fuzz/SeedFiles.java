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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.backend.onnx.export.GraphForm;
import org.rpt4j.backend.onnx.export.OnnxExporter;
import org.rpt4j.backend.onnx.proto.Attributes;
import org.rpt4j.backend.onnx.proto.GraphBuilder;
import org.rpt4j.core.dataset.DatasetHeader;
import org.rpt4j.core.dataset.TaskDataset;
import org.rpt4j.core.dataset.VocabularyFingerprint;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.model.format.CheckpointInitializer;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.testdata.GgufWriter;

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
        seeds.gguf();
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
        TaskDocument document = new TaskDocument(
                "a#1",
                new int[] {5, 4, 3, 2},
                0,
                List.of(new ScoredPosition(TaskDocument.taskId("a#1", 2), 2, 1.25, true)));
        TaskDataset.write(seed(TaskDatasetFuzz.class, "one-document"), header, sink -> {
            sink.accept(document);
            return new FilterStatistics(1);
        });
    }

    /** A Llama with SentencePiece pieces, and a Qwen2 with byte-level pieces and blocks. */
    private void gguf() throws IOException {
        List<String> pieces = new ArrayList<>(List.of("<unk>", "<s>", "\u2581", "a", "\u2581a"));
        List<String> letters = new ArrayList<>(List.of("ab", "<|end|>"));
        for (int b = 0; b < 256; b++) {
            pieces.add(String.format("<0x%02X>", b));
            boolean printable = b >= '!' && b <= '~' || b >= 0xA1 && b != 0xAD;
            letters.add(Character.toString(printable ? b : 0x100 + (b < '!' ? b : b < 0xA1 ? b - 94 : 67)));
        }
        int[] pieceTypes = new int[pieces.size()];
        Arrays.fill(pieceTypes, 6);
        System.arraycopy(new int[] {2, 3, 1, 1, 1}, 0, pieceTypes, 0, 5);
        float[] scores = new float[pieces.size()];
        scores[4] = -1;
        GgufWriter llama = network("llama", 4, pieces.size())
                .put("tokenizer.ggml.model", "llama")
                .put("tokenizer.ggml.tokens", pieces)
                .put("tokenizer.ggml.token_type", pieceTypes)
                .put("tokenizer.ggml.scores", scores)
                .put("tokenizer.chat_template", "{{ messages[0].content }}")
                .tensor("rope_freqs.weight", List.of(1), 1);
        Files.write(
                seed(GgufFuzz.class, "llama"),
                weights(llama, 4, pieces.size(), false).bytes());
        int[] letterTypes = new int[letters.size()];
        Arrays.fill(letterTypes, 1);
        letterTypes[1] = 3;
        GgufWriter qwen = network("qwen2", 32, letters.size())
                .put("tokenizer.ggml.model", "gpt2")
                .put("tokenizer.ggml.pre", "qwen2")
                .put("tokenizer.ggml.tokens", letters)
                .put("tokenizer.ggml.token_type", letterTypes)
                .put("tokenizer.ggml.merges", List.of("a b"))
                .put("tokenizer.ggml.eos_token_id", 1);
        Files.write(
                seed(GgufFuzz.class, "qwen2"),
                weights(qwen, 32, letters.size(), true).bytes());
    }

    private static GgufWriter network(String name, int width, int vocabulary) {
        return new GgufWriter()
                .put("general.architecture", name)
                .put(name + ".block_count", 1)
                .put(name + ".context_length", 8)
                .put(name + ".embedding_length", width)
                .put(name + ".feed_forward_length", width)
                .put(name + ".attention.head_count", 2)
                .put(name + ".attention.layer_norm_rms_epsilon", 1e-5f)
                .put(name + ".vocab_size", vocabulary);
    }

    private static GgufWriter weights(GgufWriter file, int width, int vocabulary, boolean qwen2) {
        matrix(file, "token_embd", vocabulary, width);
        file.tensor("output_norm.weight", List.of(width), new float[width]);
        for (String norm : List.of("attn_norm", "ffn_norm")) {
            file.tensor("blk.0." + norm + ".weight", List.of(width), new float[width]);
        }
        for (String name : List.of("attn_q", "attn_k", "attn_v", "attn_output", "ffn_gate", "ffn_up", "ffn_down")) {
            matrix(file, "blk.0." + name, width, width);
        }
        if (qwen2) {
            for (String name : List.of("attn_q", "attn_k", "attn_v")) {
                file.tensor("blk.0." + name + ".bias", List.of(width), new float[width]);
            }
        }
        return file;
    }

    /** Whole blocks of Q8_0 if there are any. */
    private static void matrix(GgufWriter file, String name, int rows, int columns) {
        if (columns % 32 == 0) {
            file.tensor(name + ".weight", 8, List.of(rows, columns), new byte[rows * columns / 32 * 34]);
        } else {
            file.tensor(name + ".weight", List.of(rows, columns), new float[rows * columns]);
        }
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
