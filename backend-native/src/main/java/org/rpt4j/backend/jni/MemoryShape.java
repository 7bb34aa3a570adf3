package org.rpt4j.backend.jni;

import java.util.Optional;
import java.util.stream.IntStream;
import org.rpt4j.model.format.DecoderSwitches;
import org.rpt4j.model.format.Experts;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout;
import org.rpt4j.model.format.WeightSpec;

/**
 * How many bytes each block of a model takes in the engine's memory, calculated from its shape: what the C++ requests
 * from its budget, block by block. A test compares the sums with the engine's own count.
 *
 * @param config of the model
 * @param arithmetic of its products
 * @param held how its weights are held
 * @param panel columns of a packed panel, and tokens of a page
 * @param threads workers, each with its own scratch memory
 */
record MemoryShape(ModelConfig config, Arithmetic arithmetic, HeldWeights held, int panel, int threads) {

    private static final long FLOAT = Float.BYTES;
    private static final long LOGIT_BYTES = 64L << 20;
    private static final int LEAST_LOGIT_ROWS = 8;
    private static final int TASK_ROWS = 64;
    private static final int PARTIAL_ROWS = 64;
    private static final int ATTENTION_ROWS = 16;
    private static final int ATTENTION_QUERIES = 48;
    private static final int TILE_PAGES = 16;
    private static final int GRADIENT_ROWS = 48;
    private static final long SOFTMAX_BYTES = 2 * FLOAT;

    private long queryWidth() {
        return (long) config.heads() * config.headSize();
    }

    private long keyWidth() {
        return (long) config.keyValueHeads() * config.headSize();
    }

    private long fusedWidth() {
        return queryWidth() + 2 * keyWidth();
    }

    /** The weights: their masters, or what is kept of frozen ones. */
    long weights() {
        return held.frozen()
                ? new FrozenMemory(config, arithmetic, held, panel).bytes()
                : FLOAT * config.describe().parameterCount();
    }

    /** Matrices packed from the weights for the products of a pass without gradients. */
    long copies() {
        return (held.frozen() ? 0 : packedForward())
                + adapter().map(AdapterMemory::packed).orElse(0L);
    }

    /** Matrices rounded to 8 bits for rollouts. */
    long roundedCopies() {
        return packedForward(Arithmetic.INT8);
    }

    /** What training changes: a float for every weight, or for those of the adapter. */
    long trained() {
        return adapter().map(AdapterMemory::weights).orElseGet(this::weights);
    }

    /** The gradient of one piece at a time, and of an embedding that is the head; see {@code engine/pieces.h}. */
    long pieceGradients() {
        WeightLayout layout = WeightLayout.of(config);
        long hidden = config.hiddenSize();
        long embedding = config.vocabularySize() * hidden;
        long layer = IntStream.range(0, config.layers())
                .mapToLong(l -> layout.all().subList(layout.layerStart(l), layout.layerStart(l + 1)).stream()
                        .mapToLong(WeightSpec::size)
                        .sum())
                .max()
                .orElseThrow();
        return FLOAT * (config.tiedHead() ? embedding + Math.max(layer, hidden) : Math.max(layer, embedding + hidden));
    }

    Optional<AdapterMemory> adapter() {
        return held.adapter().map(options -> new AdapterMemory(config, options, panel));
    }

    long rotaryTable() {
        int rotations = config.switches().uses(DecoderSwitches.Rotation.LOCAL) ? 2 : 1;
        return FLOAT * config.contextLength() * config.switches().rotarySize() * rotations;
    }

    /** Matrices packed for y = x W^T. */
    long packedForward() {
        return packedForward(arithmetic);
    }

    private long packedForward(Arithmetic of) {
        FeedMemory feeds = feeds();
        long attention = packed(of, config.hiddenSize(), fusedWidth()) + packed(of, queryWidth(), config.hiddenSize());
        return config.layers() * attention
                + (config.layers() - feeds.expertLayers()) * feeds.dense(of)
                + feeds.expertLayers() * (feeds.router() + experts().count() * feeds.expert(of))
                + packed(of, config.hiddenSize(), config.vocabularySize());
    }

    /** Matrices packed for dx = dy W: those of one layer, with one of its experts at a time, or the head. */
    long packedBackward() {
        long layer = packed(gradients(), fusedWidth(), config.hiddenSize())
                + packed(gradients(), config.hiddenSize(), queryWidth())
                + feeds().turned(gradients());
        return Math.max(layer, packed(gradients(), config.vocabularySize(), config.hiddenSize()));
    }

    /** Arithmetic of products with gradients. */
    private Arithmetic gradients() {
        return arithmetic == Arithmetic.FP32 ? Arithmetic.FP32 : Arithmetic.BF16;
    }

    private long packed(Arithmetic of, long rows, long columns) {
        return packed(of, rows, columns, panel);
    }

    /** A right-hand matrix [rows][columns] in panels. */
    static long packed(Arithmetic of, long rows, long columns, int panel) {
        long panelBytes = switch (of) {
            case BF16 -> even(rows) * panel * 2;
            case INT8 -> (8 + fours(rows)) * panel;
            case FP32 -> rows * panel * FLOAT;
        };
        return blocks(columns, panel) * panelBytes;
    }

    /** Pages with keys and values for every layer. */
    long cachePages(long pages) {
        return pages * config.layers() * pageOfOneLayer();
    }

    /** Pages with keys and values that all layers share. */
    long passPages(long pages) {
        return pages * pageOfOneLayer();
    }

    private long pageOfOneLayer() {
        return 2 * keyWidth() * panel * FLOAT;
    }

    long pages(long tokens) {
        return blocks(tokens, panel);
    }

    /** Activations of a pass without gradients. */
    long inference(long rows) {
        return (workspaceFloats() + layerFloats() + 2L * config.hiddenSize()) * rows * FLOAT
                + adapter().map(adapter -> adapter.inference(rows)).orElse(0L);
    }

    /** The residual stream after the last token of each cache node. */
    long lastStreams(long nodes) {
        return nodes * config.hiddenSize() * FLOAT;
    }

    /** Activations of a pass with gradients, and their gradients. */
    long training(TrainingParts parts, boolean recompute) {
        long rows = parts.rows();
        long gradientFloats = 3 * feeds().width()
                + 2L * config.hiddenSize()
                + queryWidth()
                + fusedWidth()
                + behind()
                + feeds().gathered()
                + experts().count();
        long perRow =
                workspaceFloats() + layerFloats() * (recompute ? 1 : config.layers()) + gradientFloats + config.heads();
        long widest = Math.max(feeds().widest(), Math.max(config.hiddenSize(), queryWidth()));
        long ofRouter = experts().count() > 0 ? packed(Arithmetic.FP32, rows, config.hiddenSize()) : 0;
        long right = held.frozen() ? 0 : Math.max(packed(gradients(), rows, widest), ofRouter);
        return perRow * rows * FLOAT
                + (config.layers() + 1L) * config.hiddenSize() * parts.kept() * FLOAT
                + 4L * config.layers() * keyWidth() * parts.shared() * FLOAT
                + right
                + partialSums(rows)
                + adapter().map(adapter -> adapter.training(rows)).orElse(0L);
    }

    private long layerFloats() {
        long raw = config.queryKeyNorm() ? queryWidth() + keyWidth() : 0;
        return fusedWidth()
                + raw
                + queryWidth()
                + config.heads()
                + config.hiddenSize()
                + 2 * feeds().width()
                + experts().count()
                + 2 * behind();
    }

    /** Width of what a norm behind attention or feed-forward reads, if there is one. */
    private long behind() {
        return config.switches().normPlacement().after() ? config.hiddenSize() : 0;
    }

    private long workspaceFloats() {
        return config.hiddenSize() + feeds().width() + feeds().gathered();
    }

    private Experts experts() {
        return config.switches().experts();
    }

    private FeedMemory feeds() {
        return new FeedMemory(config, panel);
    }

    private long partialSums(long rows) {
        long width = Math.max(config.hiddenSize(), config.queryBias() ? fusedWidth() : 0);
        long norms = config.switches().normOverAllHeads() ? queryWidth() + keyWidth() : 2L * config.headSize();
        return blocks(rows, PARTIAL_ROWS) * Math.max(width, norms) * FLOAT;
    }

    /** Rows of logits in memory at the same time. */
    long logitRows(long predicted) {
        return Math.min(predicted, Math.max(LEAST_LOGIT_ROWS, LOGIT_BYTES / FLOAT / config.vocabularySize()));
    }

    /** Logits, and the normalised rows they are computed from. */
    long logits(long predicted) {
        return logitRows(predicted) * (config.vocabularySize() + (long) config.hiddenSize()) * FLOAT;
    }

    /** Buffers that turn gradients of logits into gradients of rows and weights. */
    long logitGradients(long predicted) {
        long rows = logitRows(predicted);
        return rows * config.hiddenSize() * 2 * FLOAT
                + (held.frozen() ? 0 : packed(gradients(), rows, config.hiddenSize()));
    }

    /** Left-hand sides rounded for the products of a pass without gradients. */
    long rounded(long rows, long predicted) {
        return rounded(arithmetic, rows, predicted);
    }

    /** The same for rollouts of weights in 8 bits. */
    long roundedForInt8(long rows, long predicted) {
        return rounded(Arithmetic.INT8, rows, predicted);
    }

    private long rounded(Arithmetic of, long rows, long predicted) {
        return Math.max(left(of, rows, deepest()), left(of, logitRows(predicted), config.hiddenSize()));
    }

    /** The most that a product adds up. */
    private long deepest() {
        return Math.max(queryWidth(), Math.max(config.hiddenSize(), feeds().widest()));
    }

    /** Left-hand sides rounded for the products of a pass with gradients. */
    long roundedWithGradients(long rows, long predicted) {
        return Math.max(
                Math.max(
                        rounded(rows, predicted),
                        left(gradients(), rows, Math.max(fusedWidth(), 2 * feeds().widest()))),
                left(gradients(), logitRows(predicted), config.vocabularySize()));
    }

    private static long left(Arithmetic of, long rows, long columns) {
        return switch (of) {
            case BF16 -> rows * even(columns) * 2;
            case INT8 -> rows * (fours(columns) + FLOAT);
            case FP32 -> 0;
        };
    }

    /** Scratch memory of all workers for attention; it does not depend on the number of keys. */
    long attentionScratch(long rows) {
        long sharing = config.heads() / config.keyValueHeads();
        long most = Math.max(1, Math.min(ATTENTION_ROWS, ATTENTION_QUERIES / sharing));
        long together = Math.max(1, Math.min(most, rows * config.keyValueHeads() / (4L * threads)));
        long each = (2L * config.headSize() + 1 + TILE_PAGES * panel) * FLOAT + SOFTMAX_BYTES;
        return threads * together * sharing * each;
    }

    /** Scratch memory of all workers for rounding weights to 8 bits. */
    long roundingScratch() {
        return threads * panel * deepest() * FLOAT;
    }

    /** Scratch memory of all workers for the gradients of attention and weights. */
    long gradientScratch(long rows, long predicted) {
        // The factors of an adapter are single precision, and so is a router.
        boolean single = held.adapter().isPresent() || experts().count() > 0;
        long element = gradients() == Arithmetic.BF16 && !single ? 2 : FLOAT;
        long turned = even(Math.max(rows, logitRows(predicted))) * TASK_ROWS * element;
        long attention = (4L * GRADIENT_ROWS * panel + Math.max(2L * panel, GRADIENT_ROWS) * config.headSize()) * FLOAT;
        return threads * Math.max(turned, attention);
    }

    private static long blocks(long count, long size) {
        return (count + size - 1) / size;
    }

    private static long even(long count) {
        return count + count % 2;
    }

    private static long fours(long count) {
        return (count + 3) / 4 * 4;
    }
}
