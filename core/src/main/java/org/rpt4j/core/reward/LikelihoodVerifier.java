package org.rpt4j.core.reward;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.rpt4j.api.Attempt;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.Verdict;
import org.rpt4j.spi.RewardVerifierContext;

/**
 * Rewards a thought for how likely it makes the true tokens x_t .. x_t+k-1, without sampling a prediction: r is log p or
 * p of the tokens after prompt and thought, or the mean of either over the tokens ({@link LikelihoodOptions.Kind}; arXiv
 * 2602.03979). The probabilities are constants: no gradient flows through them.
 *
 * <p>Compared with the bare context (standard next-token prediction, which sees neither instruction nor thought), the
 * reward is a difference, cut to 0 to 1 for a probability (RLPR, arXiv 2506.18254), or one of four steps of the relative
 * perplexity gain 100 (1 - PPL(with) / PPL(without)) (VR-CLI, arXiv 2503.22828). The reward {@code information-gain} is
 * the difference of log p (RLP, arXiv 2510.01265), with the present policy in the place of RLP's averaged one: both are
 * the same for all thoughts of a group, so either cancels in an advantage that compares within the group.
 *
 * <p>The reason is {@link RewardReason#HIT} if each true token is the most likely one after the thought, else {@link
 * RewardReason#NOT_PREFIX}. A thought without an end is closed for scoring, or gets the lowest reward of its group with
 * {@link RewardReason#TRUNCATED} or {@link RewardReason#NO_THINK_END}. What follows the end of a thought does not count. A
 * verifier abstains on tasks with fewer true tokens than it asks for, and on thoughts that leave them no room in the
 * context window.
 *
 * <p>Verdicts depend on the weights of the policy at the time of judging. A group is judged with one forward pass, in
 * which the prompt is computed once, and at most one greedy decoding of k tokens. Thread-safe, as the policy is.
 */
final class LikelihoodVerifier implements RewardVerifier {

    private static final double[] STEPS = {0, 0.5, 0.9, 1};

    private final LikelihoodOptions options;
    private final Likelihoods likelihoods;
    private final BareContext bare;
    private final ThoughtEnd end;
    private final int[] closing;
    private final int[] leadIn;

    LikelihoodVerifier(LikelihoodOptions options, RewardVerifierContext context) {
        this.options = options;
        this.likelihoods = new Likelihoods(context.policy());
        this.bare = new BareContext(likelihoods.window(), context.tokenizer().beginOfText());
        this.end = new ThoughtEnd(context.tokenizer(), context.thoughtEnd());
        this.closing = context.tokenizer().encodeContinuation(context.thoughtEnd());
        this.leadIn =
                options.leadIn().isEmpty() ? new int[0] : context.tokenizer().encodeContinuation(options.leadIn());
    }

    @Override
    public Verdict verify(Attempt attempt) {
        return verifyGroup(List.of(attempt)).get(0);
    }

    @Override
    public List<Verdict> verifyGroup(List<Attempt> attempts) {
        if (attempts.isEmpty()) {
            return List.of();
        }
        PredictionTask task = attempts.get(0).task();
        int[] prompt = attempts.get(0).prompt().tokens();
        int[] known = task.continuation();
        int k = options.tokens() == 0 ? known.length : options.tokens();
        if (known.length < k) {
            Verdict none = new Verdict.Abstained("the continuation has " + known.length + " tokens, fewer than the " + k
                    + " whose likelihood is the reward");
            return attempts.stream().map(attempt -> none).toList();
        }
        List<int[]> thoughts = attempts.stream().map(this::closed).toList();
        int[] fitting = IntStream.range(0, thoughts.size())
                .filter(i -> prompt.length + thoughts.get(i).length + k <= likelihoods.window())
                .toArray();
        Verdict[] verdicts = new Verdict[attempts.size()];
        Arrays.fill(
                verdicts,
                new Verdict.Abstained("prompt, thought and " + k + " true tokens are longer than the "
                        + likelihoods.window() + " tokens of the context window"));
        if (fitting.length > 0) {
            List<Attempt> asked = Arrays.stream(fitting).mapToObj(attempts::get).toList();
            List<int[]> texts = Arrays.stream(fitting).mapToObj(thoughts::get).toList();
            List<Verdict> scored = scored(asked, texts, Arrays.copyOf(known, k));
            for (int i = 0; i < fitting.length; i++) {
                verdicts[fitting[i]] = scored.get(i);
            }
        }
        return List.of(verdicts);
    }

    /** The completion up to the end of its thought, closed if it has none, and what leads from there to the truth. */
    private int[] closed(Attempt attempt) {
        int[] tokens = attempt.rollout().tokens();
        int length = end.in(tokens);
        int[] thought = length >= 0
                ? Arrays.copyOf(tokens, length)
                : Likelihoods.joined(Arrays.copyOf(tokens, withoutStop(attempt.rollout())), closing);
        return Likelihoods.joined(thought, leadIn);
    }

    private static int withoutStop(Rollout rollout) {
        return rollout.length() - (rollout.finish() == FinishReason.STOP_TOKEN ? 1 : 0);
    }

    private List<Verdict> scored(List<Attempt> attempts, List<int[]> thoughts, int[] truth) {
        int[] prompt = attempts.get(0).prompt().tokens();
        int[] without = options.comparesWithNoThought()
                ? bare.before(truth.length, attempts.get(0).task().context())
                : new int[0];
        List<double[]> logProbs = likelihoods.after(prompt, thoughts, without, truth);
        boolean[] hits = likelihoods.mostLikely(prompt, thoughts, truth, logProbs);
        double[] rewards = IntStream.range(0, thoughts.size())
                .mapToDouble(i -> reward(logProbs.get(i), logProbs.get(logProbs.size() - 1)))
                .toArray();
        double lowest = Arrays.stream(rewards).min().orElseThrow();
        List<Verdict> verdicts = new ArrayList<>();
        for (int i = 0; i < rewards.length; i++) {
            Rollout rollout = attempts.get(i).rollout();
            boolean counts =
                    options.unfinished() == LikelihoodOptions.Unfinished.CLOSE || end.in(rollout.tokens()) >= 0;
            verdicts.add(
                    counts
                            ? new Verdict.Scored(rewards[i], hits[i] ? RewardReason.HIT : RewardReason.NOT_PREFIX)
                            : new Verdict.Scored(
                                    lowest, rollout.truncated() ? RewardReason.TRUNCATED : RewardReason.NO_THINK_END));
        }
        return verdicts;
    }

    /**
     * The reward of one thought.
     *
     * @param with log-probabilities of the true tokens after the thought, [k]
     * @param without the same after the bare context; not read if nothing is compared with it
     */
    private double reward(double[] with, double[] without) {
        LikelihoodOptions.Kind kind = options.kind();
        if (!options.gainSteps().isEmpty()) {
            return step(-100 * Math.expm1(kind.of(without) - kind.of(with)));
        }
        if (!options.debias()) {
            return kind.of(with);
        }
        double gain = kind.of(with) - kind.of(without);
        return kind.isProbability() ? Math.max(0, Math.min(1, gain)) : gain;
    }

    /** The step that a relative perplexity gain has reached. */
    private double step(double percent) {
        int reached = (int) options.gainSteps().stream()
                .filter(threshold -> percent >= threshold)
                .count();
        return STEPS[reached];
    }
}
