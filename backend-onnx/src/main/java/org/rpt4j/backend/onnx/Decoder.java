package org.rpt4j.backend.onnx;

import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.backend.onnx.surgery.DecodingGraph;
import org.rpt4j.backend.onnx.surgery.LanguageModelGraph;
import org.rpt4j.spi.kit.Interrupts;

/**
 * Runs the network over new tokens of sequences whose keys and values are cached, and returns logits. Confined to the
 * holder of its policy's lock.
 */
final class Decoder implements AutoCloseable {

    /** Tokens of one sequence per pass: limits the logits and the attention held at a time. */
    static final int CHUNK_TOKENS = 64;

    private final InferenceSession session;
    private final KvCache cache;
    private final int vocabularySize;
    private FloatBuffer logits = FloatBuffer.allocate(0);

    private Decoder(InferenceSession session, KvCache cache, int vocabularySize) {
        this.session = session;
        this.cache = cache;
        this.vocabularySize = vocabularySize;
    }

    static Decoder open(LanguageModel model, BackendOptions options) {
        LanguageModelGraph graph = model.graph();
        DecodingGraph.obstacle(graph).ifPresent(why -> {
            throw new ModelFormatException(model.where() + " can score but not generate, because keys and values"
                    + " cannot be updated in place: " + why
                    + ". Open the checkpoint, or an ONNX model exported with --form fast.");
        });
        InferenceSession session = InferenceSession.open(model, DecodingGraph.write(graph), options);
        List<KvCache.Slot> slots = graph.model().getGraph().getInputList().stream()
                .filter(input -> input.getName().startsWith("past_key_values."))
                .map(Decoder::slot)
                .toList();
        KvCache cache = new KvCache(slots, model.description().contextLength());
        return new Decoder(session, cache, model.description().vocabularySize());
    }

    private static KvCache.Slot slot(ValueInfoProto input) {
        var shape = input.getType().getTensorType().getShape();
        return new KvCache.Slot(
                input.getName(),
                input.getName().replace("past_key_values.", "present."),
                Math.toIntExact(shape.getDim(1).getDimValue()),
                Math.toIntExact(shape.getDim(3).getDimValue()));
    }

    /** A decoder over the same session with a cache of its own, which is never closed: its memory is Java's. */
    Decoder withOwnCache(int contextLength) {
        return new Decoder(session, new KvCache(cache.slots(), contextLength), vocabularySize);
    }

    KvCache cache() {
        return cache;
    }

    /**
     * Appends tokens to one sequence.
     *
     * @param row its cache row
     * @param tokens source of the tokens
     * @param from index of the first one
     * @param count number of them, at most {@link #CHUNK_TOKENS}
     * @param past number of filled positions in the row
     * @param wanted number of last tokens that get logits, at least 1
     * @return logits, [wanted, V]; valid until the next call
     */
    FloatBuffer append(int row, int[] tokens, int from, int count, int past, int wanted) {
        cache.ensure(row + 1, past + count);
        long[] mask = new long[past + count];
        Arrays.fill(mask, 1);
        InferenceSession.Inputs inputs = new InferenceSession.Inputs()
                .add(
                        "input_ids",
                        IntStream.range(from, from + count)
                                .mapToLong(i -> tokens[i])
                                .toArray(),
                        1,
                        count)
                .add("attention_mask", mask, 1, mask.length)
                .add(
                        DecodingGraph.ROWS,
                        IntStream.range(count - wanted, count).asLongStream().toArray(),
                        wanted);
        return run(inputs, row, 1, wanted);
    }

    /** Prefills a row, chunk by chunk. Returns the logits after the last token, [1, V]. */
    FloatBuffer prefill(int row, int[] tokens) {
        cache.ensure(row + 1, tokens.length);
        int done = 0;
        while (true) {
            Interrupts.check("reading a prompt");
            int count = Math.min(CHUNK_TOKENS, tokens.length - done);
            FloatBuffer last = append(row, tokens, done, count, done, 1);
            done += count;
            if (done == tokens.length) {
                return last;
            }
        }
    }

    /**
     * Appends one token to each of the first rows.
     *
     * @param tokens the new token of each row, [rows]
     * @param past number of filled positions in each row, [rows]
     * @return logits, [rows, V]; valid until the next call
     */
    FloatBuffer step(long[] tokens, int[] past) {
        int rows = tokens.length;
        int total = Arrays.stream(past).max().orElseThrow() + 1;
        cache.ensure(rows, total);
        // Below 2^31 for every cache that exists: ensure() refuses a larger one.
        long[] mask = new long[Math.multiplyExact(rows, total)];
        for (int row = 0; row < rows; row++) {
            Arrays.fill(mask, row * total, row * total + past[row] + 1, 1);
        }
        InferenceSession.Inputs inputs = new InferenceSession.Inputs()
                .add("input_ids", tokens, rows, 1)
                .add("attention_mask", mask, rows, total)
                .add(DecodingGraph.ROWS, IntStream.range(0, rows).asLongStream().toArray(), rows);
        return run(inputs, 0, rows, rows);
    }

    private FloatBuffer run(InferenceSession.Inputs inputs, int firstRow, int rows, int wanted) {
        int size = Math.multiplyExact(wanted, vocabularySize);
        if (logits.capacity() < size) {
            logits = ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
        FloatBuffer target = logits.slice(0, size);
        try (KvCache.View view = cache.view(firstRow, rows);
                OnnxTensor pinned = OnnxTensor.createTensor(
                        OrtRuntime.environment(), target, new long[] {wanted, vocabularySize})) {
            Map<String, OnnxTensor> outputs = new HashMap<>(view.present());
            outputs.put(DecodingGraph.LOGITS, pinned);
            session.runInto(inputs, view.past(), outputs);
            return target;
        } catch (OrtException e) {
            throw InferenceSession.failure("preparing a run", e);
        }
    }

    @Override
    public void close() {
        session.close();
        cache.clear();
        logits = FloatBuffer.allocate(0);
    }
}
