package org.rpt4j.core.train;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.core.objective.CorpusTerm;
import org.rpt4j.core.objective.PolicyLoss;

/** The checks of the trainer builders, with their messages. */
final class TrainerChecks {

    private TrainerChecks() {}

    static void addIfMissing(List<String> errors, @Nullable Object part, String call) {
        if (part == null) {
            errors.add("call " + call);
        }
    }

    static IllegalStateException incomplete(List<String> errors) {
        return new IllegalStateException("The trainer is incomplete: " + String.join("; ", errors));
    }

    static List<String> resume(RptSettings settings, @Nullable TrainerState resumed, PassRates passRates) {
        List<String> errors = new ArrayList<>();
        if (resumed == null) {
            return errors;
        }
        if (settings.startStep() != 0 && settings.startStep() != resumed.nextStep()) {
            errors.add("the state continues with step " + resumed.nextStep() + ", the settings start with step "
                    + settings.startStep());
        }
        if (resumed.nextStep() > settings.steps()) {
            errors.add("the state continues with step " + resumed.nextStep() + ", the settings stop before step "
                    + settings.steps());
        }
        if (!passRates.counts().isEmpty()) {
            errors.add("the state has its own pass rates, so do not call passRates(known)");
        }
        return errors;
    }

    static List<String> corpus(RptSettings settings, @Nullable Policy policy) {
        CorpusTerm corpus = settings.objective().corpus();
        int window = policy == null ? Integer.MAX_VALUE : policy.description().contextLength();
        return corpus.weight() > 0 && corpus.tokens() >= window
                ? List.of("the corpus term learns " + corpus.tokens() + " tokens after one, and the context window has "
                        + window + " tokens; lower " + CorpusTerm.TOKENS.name())
                : List.of();
    }

    static List<String> sampler(RptSettings settings, @Nullable TrainablePolicy policy) {
        PolicyLoss loss = settings.objective().loss();
        return policy == null || policy.sampler() == policy || loss.correctsSampler()
                ? List.of()
                : List.of("the policy samples rollouts from rounded weights ("
                        + BackendOptions.ROLLOUT_PRECISION.name() + "), and the objective does not correct for it; set "
                        + PolicyLoss.IMPORTANCE_CAP.name() + " above 0, such as 2, or sample exactly");
    }

    static List<String> renewal(RptSettings settings, boolean given) {
        boolean wanted = settings.objective().loss().klResetSteps() > 0;
        if (wanted == given) {
            return List.of();
        }
        return List.of(
                wanted
                        ? "the objective renews its reference, so call reference(policy, anew)"
                        : "a renewal of the reference is set but klResetSteps of the objective is 0");
    }

    static List<String> reference(RptSettings settings, @Nullable Policy policy, @Nullable Policy reference) {
        boolean wanted = settings.objective().loss().klWeight() > 0;
        if (wanted && reference == null) {
            return List.of("the objective has a KL weight, so call reference(policy)");
        }
        if (!wanted && reference != null) {
            return List.of("a reference is set but the KL weight of the objective is 0");
        }
        if (wanted && reference == policy) {
            return List.of("the reference is the trained policy itself; open the model a second time");
        }
        return List.of();
    }
}
