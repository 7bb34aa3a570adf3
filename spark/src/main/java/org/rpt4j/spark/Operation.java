package org.rpt4j.spark;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Set;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ForwardPass;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.WeightedBatch;

/** What executors compute for a chunk of items: a function of the weights, the items and the fields here. */
sealed interface Operation
        permits Operation.Generate,
                Operation.LogProbs,
                Operation.Score,
                Operation.Forward,
                Operation.Gradients,
                Operation.Identify,
                DivideCorpus,
                ScorePart,
                ScoreDocuments {

    /** Writes everything that {@link #read} needs. */
    void write(WireWriter to);

    /** Computes the items of a chunk, on an executor. */
    void answer(ExecutorModel model, WireReader items, WireWriter answers);

    /** Number of items of a chunk, with which a chunk begins that has any. */
    default int count(byte[] chunk) {
        return chunk.length == 0 ? 0 : new WireReader(chunk).whole();
    }

    /** Reads an operation. */
    static Operation read(WireReader from) {
        String kind = from.text();
        return switch (kind) {
            case "generate" -> Generate.read(from);
            case "log-probs" -> new LogProbs(from.real());
            case "score" -> Score.read(from);
            case "forward" -> new Forward();
            case "gradients" -> new Gradients();
            case "identify" -> new Identify();
            case DivideCorpus.KIND -> DivideCorpus.read(from);
            case ScorePart.KIND -> ScorePart.read(from);
            case ScoreDocuments.KIND -> ScoreDocuments.read(from);
            default -> throw new IllegalArgumentException("no operation is named \"" + kind + "\"");
        };
    }

    /**
     * Samples groups of rollouts for prompts.
     *
     * @param options how to sample; its stop condition does not travel
     * @param stop how the executor makes the stop condition
     */
    record Generate(SamplingOptions options, StopRecipe stop) implements Operation {

        @Override
        public void write(WireWriter to) {
            to.text("generate")
                    .whole(options.groupSize())
                    .real(options.temperature())
                    .whole(options.maxTokens())
                    .all(options.stopTokens(), WireWriter::whole)
                    .wholeLong(options.seed())
                    .wholeLong(options.step());
            stop.write(to);
        }

        private static Generate read(WireReader from) {
            SamplingOptions options = SamplingOptions.builder()
                    .groupSize(from.whole())
                    .temperature(from.real())
                    .maxTokens(from.whole())
                    .stopTokens(Set.copyOf(from.all(WireReader::whole)))
                    .seed(from.wholeLong())
                    .step(from.wholeLong())
                    .build();
            return new Generate(options, StopRecipe.read(from));
        }

        static byte[] items(List<Prompt> prompts) {
            return new WireWriter()
                    .all(prompts, (wire, prompt) -> wire.wholeLong(prompt.id()).wholes(prompt.tokens()))
                    .bytes();
        }

        @Override
        public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
            List<Prompt> prompts = items.all(wire -> new Prompt(wire.wholeLong(), wire.wholes()));
            SamplingOptions complete = options.toBuilder()
                    .stopCondition(stop.condition(model::tokenizer))
                    .build();
            answers.all(
                    model.policy().generate(prompts, complete),
                    (wire, group) -> wire.all(
                            group.rollouts(),
                            (inner, rollout) -> inner.wholes(rollout.tokens())
                                    .reals(rollout.logProbs())
                                    .name(rollout.finish())));
        }

        /** Reads the groups of some prompts, in their order. */
        static List<RolloutGroup> groups(WireReader answers, List<Prompt> prompts, long version) {
            List<List<Rollout>> groups = answers.all(wire -> {
                int[] member = {0};
                return wire.all(inner -> new Rollout(
                        member[0]++, inner.wholes(), inner.reals(), inner.name(FinishReason.class), version));
            });
            Chunks.requireAll("groups", groups.size(), prompts.size());
            return Chunks.zip(prompts, groups, RolloutGroup::new);
        }
    }

    /**
     * Log-probabilities of completions.
     *
     * @param temperature divides the logits
     */
    record LogProbs(double temperature) implements Operation {

        @Override
        public void write(WireWriter to) {
            to.text("log-probs").real(temperature);
        }

        static byte[] items(List<Group> groups) {
            return new WireWriter()
                    .all(
                            groups,
                            (wire, group) -> wire.wholes(group.prompt()).all(group.completions(), WireWriter::wholes))
                    .bytes();
        }

        @Override
        public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
            TokenBatch.Builder batch = TokenBatch.builder(temperature);
            items.all(wire -> batch.add(wire.wholes(), wire.all(WireReader::wholes)));
            answers.reals(model.policy().logProbs(batch.build()).values());
        }
    }

    /**
     * Scores of sequences.
     *
     * @param options how to score
     */
    record Score(ScoringOptions options) implements Operation {

        @Override
        public void write(WireWriter to) {
            to.text("score").whole(options.topK()).flag(options.renormalise()).whole(options.candidates());
        }

        private static Score read(WireReader from) {
            return new Score(ScoringOptions.builder()
                    .topK(from.whole())
                    .renormalise(from.flag())
                    .candidates(from.whole())
                    .build());
        }

        static byte[] items(List<int[]> sequences) {
            return new WireWriter().all(sequences, WireWriter::wholes).bytes();
        }

        @Override
        public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
            answers.all(
                    model.scorer().score(items.all(WireReader::wholes), options),
                    (wire, scores) -> wire.reals(scores.entropy())
                            .wholes(scores.argmax())
                            .reals(scores.trueLogProb())
                            .wholes(scores.topIds())
                            .reals(scores.topLogProbs()));
        }

        static List<TokenScores> scores(WireReader answers) {
            return answers.all(wire -> new TokenScores(wire.reals(), wire.wholes(), wire.reals())
                    .withCandidates(wire.wholes(), wire.reals()));
        }
    }

    /** Log-probabilities of forward passes for training. */
    record Forward() implements Operation {

        @Override
        public void write(WireWriter to) {
            to.text("forward");
        }

        static byte[] items(List<TokenBatch> batches) {
            return new WireWriter().all(batches, WireWriter::batch).bytes();
        }

        @Override
        public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
            List<TokenBatch> batches = items.all(WireReader::batch);
            answers.all(batches, (wire, batch) -> {
                try (ForwardPass pass = model.trained().forward(batch)) {
                    wire.reals(pass.logProbs().values());
                }
            });
        }

        /** Reads the log-probabilities of some batches, in their order. */
        static List<TokenValues> values(WireReader answers, List<TokenBatch> batches) {
            List<double[]> values = answers.all(WireReader::reals);
            Chunks.requireAll("forward passes", values.size(), batches.size());
            return Chunks.zip(batches, values, TokenValues::of);
        }
    }

    /** The gradient of a shard, from zero. */
    record Gradients() implements Operation {

        @Override
        public void write(WireWriter to) {
            to.text("gradients");
        }

        static byte[] items(List<WeightedBatch> shard) {
            return new WireWriter()
                    .all(
                            shard,
                            (wire, part) -> wire.batch(part.batch())
                                    .reals(part.weights().values()))
                    .bytes();
        }

        @Override
        public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
            List<WeightedBatch> shard = items.all(wire -> {
                TokenBatch batch = wire.batch();
                return new WeightedBatch(batch, TokenValues.of(batch, wire.reals()));
            });
            GradientAccess gradients = model.trained().gradients();
            gradients.clear();
            try {
                for (WeightedBatch part : shard) {
                    try (ForwardPass pass = model.trained().forward(part.batch())) {
                        pass.backward(part.weights());
                    }
                }
                float[] all = new float[Math.toIntExact(gradients.size())];
                gradients.read(0, FloatBuffer.wrap(all));
                answers.floats(all);
            } finally {
                gradients.clear();
            }
        }
    }

    /** What {@link org.rpt4j.api.ProxyScorer#identity} says. */
    record Identify() implements Operation {

        @Override
        public void write(WireWriter to) {
            to.text("identify");
        }

        @Override
        public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
            answers.text(model.scorer().identity().orElse(""));
        }
    }
}
