package org.rpt4j.inference;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.spi.kit.CheckedSession;
import org.rpt4j.spi.kit.InputLimits;
import org.rpt4j.spi.kit.RunningCompletion;
import org.rpt4j.tck.reference.Softmax;

/** A policy whose logits are a function of the tokens so far. It counts what its sessions compute. */
final class ScriptedPolicy implements Policy {

    private final ModelDescription description;
    private final Function<int[], float[]> logits;
    final AtomicInteger openSessions = new AtomicInteger();
    final AtomicInteger computedTokens = new AtomicInteger();

    ScriptedPolicy(int vocabulary, int context, Function<int[], float[]> logits) {
        this.description = new ModelDescription("Scripted", 1, vocabulary, context);
        this.logits = logits;
    }

    @Override
    public ModelDescription description() {
        return description;
    }

    @Override
    public long version() {
        return 0;
    }

    double[] logitsAfter(int[] tokens) {
        float[] values = logits.apply(tokens);
        double[] wide = new double[values.length];
        for (int i = 0; i < wide.length; i++) {
            wide[i] = values[i];
        }
        return wide;
    }

    /** One sequence at a time, without sessions. */
    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        List<RolloutGroup> groups = new ArrayList<>();
        for (Prompt prompt : prompts) {
            RunningCompletion completion = new RunningCompletion(prompt, 0, options, description.contextLength());
            int[] tokens = prompt.tokens();
            while (!completion.isFinished()) {
                double[] after = logitsAfter(tokens);
                int token = options.temperature() == 0
                        ? Softmax.argmax(after)
                        : Softmax.inverseCdf(
                                Softmax.probabilities(after, options.temperature()), completion.nextUniform());
                completion.append(token, Softmax.logProbs(after, options.logProbTemperature())[token]);
                tokens = Arrays.copyOf(tokens, tokens.length + 1);
                tokens[tokens.length - 1] = token;
            }
            groups.add(new RolloutGroup(prompt, List.<Rollout>of(completion.rollout(0))));
        }
        return groups;
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        throw new UnsupportedOperationException();
    }

    @Override
    public DecodingSession openSession() {
        openSessions.incrementAndGet();
        return new CheckedSession(InputLimits.of(description, AbsentTokens.NONE), 4, new CheckedSession.Cache() {
            private int[] tokens = {};

            @Override
            public void requireUsable(String operation) {}

            @Override
            public void append(int[] added) {
                computedTokens.addAndGet(added.length);
                int length = tokens.length;
                tokens = Arrays.copyOf(tokens, length + added.length);
                System.arraycopy(added, 0, tokens, length, added.length);
            }

            @Override
            public float[] logits() {
                return logits.apply(tokens);
            }

            @Override
            public void truncate(int length) {
                tokens = Arrays.copyOf(tokens, length);
            }

            @Override
            public void close() {
                openSessions.decrementAndGet();
            }
        });
    }

    @Override
    public void close() {}
}
