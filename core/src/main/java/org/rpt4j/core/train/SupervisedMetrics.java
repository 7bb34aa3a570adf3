package org.rpt4j.core.train;

/**
 * All metrics of a step of next-token training.
 *
 * @param step number of the step
 * @param loss mean negative log-probability before the update, in nats per completion token
 * @param gradientNorm global L2 norm before clipping
 * @param learningRate learning rate used
 * @param completionTokens number of learned tokens
 * @param seconds wall-clock time of the step
 * @since 0.1.0
 */
public record SupervisedMetrics(
        long step, double loss, double gradientNorm, double learningRate, long completionTokens, double seconds) {

    /** Learned tokens per second. */
    public double tokensPerSecond() {
        return completionTokens / seconds;
    }
}
