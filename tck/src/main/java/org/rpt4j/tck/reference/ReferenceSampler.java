package org.rpt4j.tck.reference;

import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.spi.kit.Interrupts;
import org.rpt4j.spi.kit.RunningCompletion;

/** Samples one rollout at a time, exactly as defined by {@link org.rpt4j.api.Policy#generate}. */
final class ReferenceSampler {

    private final ReferenceModel model;
    private final SamplingOptions options;
    private final long version;

    ReferenceSampler(ReferenceModel model, SamplingOptions options, long version) {
        this.model = model;
        this.options = options;
        this.version = version;
    }

    Rollout sample(Prompt prompt, int member) {
        ReferenceForward forward = new ReferenceForward(model).append(prompt.tokens());
        RunningCompletion completion =
                new RunningCompletion(prompt, member, options, model.config().contextLength());
        boolean ended = false;
        while (!ended) {
            Interrupts.check("generating");
            double[] logits = forward.logits(forward.length() - 1);
            int token = choose(logits, completion);
            ended = completion.append(token, Softmax.logProbs(logits, options.logProbTemperature())[token]);
            if (!ended) {
                forward.append(token);
            }
        }
        return completion.rollout(version);
    }

    private int choose(double[] logits, RunningCompletion completion) {
        if (options.temperature() == 0) {
            return Softmax.argmax(logits);
        }
        return Softmax.inverseCdf(Softmax.probabilities(logits, options.temperature()), completion.nextUniform());
    }
}
