package org.rpt4j.jmh;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.TensorInfo;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * The naive way to score with ONNX Runtime, for comparison: run the exported model as it is, fetch the logits of every
 * position, and compute the scores in Java.
 */
final class FullLogitsScorer implements ProxyScorer {

    private final ModelDescription description;
    private final SessionOptions options = new SessionOptions();
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    FullLogitsScorer(Path file, ModelDescription description, int threads) throws OrtException {
        this.description = description;
        if (threads > 0) {
            options.setIntraOpNumThreads(threads);
        }
        options.addConfigEntry("session.intra_op.allow_spinning", "0");
        session = environment.createSession(file.toString(), options);
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public List<TokenScores> score(List<int[]> sequences, ScoringOptions scoring) {
        if (scoring.candidates() > 0) {
            throw new UnsupportedCapabilityException("candidates is " + scoring.candidates()
                    + ", but the naive scorer is measured without them. Set candidates to 0.");
        }
        return sequences.stream().map(sequence -> score(sequence, scoring)).toList();
    }

    private TokenScores score(int[] sequence, ScoringOptions scoring) {
        Map<String, OnnxTensor> inputs = new HashMap<>();
        try {
            long[] shape = {1, sequence.length};
            long[] ids = Arrays.stream(sequence).asLongStream().toArray();
            long[] mask = new long[sequence.length];
            Arrays.fill(mask, 1);
            inputs.put("input_ids", OnnxTensor.createTensor(environment, LongBuffer.wrap(ids), shape));
            inputs.put("attention_mask", OnnxTensor.createTensor(environment, LongBuffer.wrap(mask), shape));
            for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
                if (input.getKey().startsWith("past_key_values.")) {
                    long[] past = ((TensorInfo) input.getValue().getInfo()).getShape();
                    inputs.put(
                            input.getKey(),
                            OnnxTensor.createTensor(
                                    environment, FloatBuffer.allocate(0), new long[] {1, past[1], 0, past[3]}));
                }
            }
            try (OrtSession.Result result = session.run(inputs, Set.of("logits"))) {
                FloatBuffer logits = ((OnnxTensor) result.get(0)).getFloatBuffer();
                return scores(sequence, logits, description.vocabularySize(), scoring.topK());
            }
        } catch (OrtException e) {
            throw new IllegalStateException("naive scoring failed", e);
        } finally {
            inputs.values().forEach(OnnxTensor::close);
        }
    }

    private static TokenScores scores(int[] sequence, FloatBuffer logits, int vocabularySize, int k) {
        double[] entropy = new double[sequence.length];
        int[] argmax = new int[sequence.length];
        double[] trueLogProb = new double[sequence.length];
        float[] row = new float[vocabularySize];
        for (int t = 1; t < sequence.length; t++) {
            logits.get((t - 1) * vocabularySize, row);
            PriorityQueue<Float> largest = new PriorityQueue<>(k);
            float least = Float.NEGATIVE_INFINITY;
            for (int id = 0; id < vocabularySize; id++) {
                if (row[id] > row[argmax[t]]) {
                    argmax[t] = id;
                }
                if (largest.size() < k || row[id] > least) {
                    if (largest.size() == k) {
                        largest.remove();
                    }
                    largest.add(row[id]);
                    least = largest.element();
                }
            }
            float highest = row[argmax[t]];
            double sum = 0;
            for (float logit : row) {
                sum += Math.exp(logit - highest);
            }
            trueLogProb[t] = row[sequence[t]] - highest - Math.log(sum);
            double topSum = largest.stream()
                    .mapToDouble(logit -> Math.exp(logit - highest))
                    .sum();
            entropy[t] = Math.log(topSum)
                    - largest.stream()
                                    .mapToDouble(logit -> Math.exp(logit - highest) * (logit - highest))
                                    .sum()
                            / topSum;
        }
        return new TokenScores(entropy, argmax, trueLogProb);
    }

    @Override
    public void close() {
        try {
            session.close();
            options.close();
        } catch (OrtException e) {
            throw new IllegalStateException(e);
        }
    }
}
