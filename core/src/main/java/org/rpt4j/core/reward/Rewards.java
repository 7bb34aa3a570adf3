package org.rpt4j.core.reward;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.spi.RewardVerifiers;

/**
 * All rewards by name: those that judge a rollout by itself, found as {@link RewardVerifiers} says, users' own
 * included, and those that ask the policy, {@code dense} and {@code conditional-dense}.
 */
public final class Rewards {

    private static final Map<String, RewardFactory> OF_POLICY = new TreeMap<>(Map.of(
            "dense", dense(DenseCondition.ALWAYS),
            "conditional-dense", dense(DenseCondition.GROUP_HAS_HIT)));

    private Rewards() {}

    /** All names. */
    public static Set<String> names() {
        Set<String> names = new TreeSet<>(RewardVerifiers.names());
        names.addAll(OF_POLICY.keySet());
        return names;
    }

    /**
     * The reward of a name.
     *
     * @throws BackendNotFoundException if none has it, or two have it
     */
    public static RewardFactory named(String name) {
        RewardFactory ofPolicy = OF_POLICY.get(name);
        if (ofPolicy != null) {
            if (RewardVerifiers.names().contains(name)) {
                throw new BackendNotFoundException("Reward \"" + name + "\" is one of rpt4j's and one of the class "
                        + "path's. Give yours another name.");
            }
            return ofPolicy;
        }
        RewardVerifier verifier = create(name);
        return (policy, tokenizer) -> verifier;
    }

    private static RewardVerifier create(String name) {
        try {
            return RewardVerifiers.create(name);
        } catch (BackendNotFoundException e) {
            throw new BackendNotFoundException(
                    e.getMessage() + " Rewards that ask the policy: " + String.join(", ", OF_POLICY.keySet()) + ".", e);
        }
    }

    private static RewardFactory dense(DenseCondition condition) {
        return (policy, tokenizer) ->
                new DenseVerifier(tokenizer, new PolicyDirectPrediction(policy, tokenizer.beginOfText()), condition);
    }
}
