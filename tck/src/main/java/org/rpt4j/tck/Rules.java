package org.rpt4j.tck;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Capability;

/** The registry of all rules. Stateless. */
final class Rules {

    private Rules() {}

    /** Returns the rules about a policy: P. */
    static List<RuleCheck> policy() {
        return in(
                'P',
                PolicyRules.class,
                SamplingRules.class,
                StoppingRules.class,
                FiniteRules.class,
                PaddingRules.class,
                SamplingMagnitudeRules.class,
                SessionRules.class);
    }

    /** Returns the rules about a trainable policy: T. */
    static List<RuleCheck> training() {
        return in(
                'T',
                GradientRules.class,
                TrainingRules.class,
                SaveRules.class,
                SnapshotRules.class,
                FiniteRules.class,
                PaddingRules.class,
                TrainingMagnitudeRules.class,
                AdapterRules.class,
                SessionRules.class,
                GradientAccessRules.class);
    }

    /** Returns the rules about an optimizer: O. */
    static List<RuleCheck> optimizer() {
        return in(
                'O',
                OptimizerRules.class,
                OptimizerStateRules.class,
                OptimizerSnapshotRules.class,
                OptimizerMagnitudeRules.class);
    }

    /** Returns the rules about a proxy scorer: S. */
    static List<RuleCheck> scorer() {
        return in('S', ScorerRules.class, FiniteRules.class, PaddingRules.class, CandidateRules.class);
    }

    /** Returns the rules about a provider and its backend: B. */
    static List<RuleCheck> backend() {
        return in(
                'B',
                BackendRules.class,
                CheckpointRules.class,
                MagnitudeRules.class,
                PrecisionRules.class,
                AdapterSourceRules.class);
    }

    /** Returns the rules about a reward verifier: R. */
    static List<RuleCheck> verifier() {
        return in('R', VerifierRules.class);
    }

    /** Returns every rule that takes a {@link Fixture}. */
    static List<RuleCheck> ofBackends() {
        return Stream.of(policy(), training(), optimizer(), scorer(), backend())
                .flatMap(List::stream)
                .toList();
    }

    /** Returns the rules with a letter; a class may hold rules with several. */
    private static List<RuleCheck> in(char letter, Class<?>... classes) {
        return Arrays.stream(classes)
                .flatMap(Rules::checks)
                .filter(check -> check.id().charAt(0) == letter)
                .sorted(Comparator.comparingInt(
                        check -> Integer.parseInt(check.id().substring(1))))
                .toList();
    }

    private static Stream<RuleCheck> checks(Class<?> rules) {
        return Arrays.stream(rules.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Rule.class))
                .map(Rules::check);
    }

    private static RuleCheck check(Method method) {
        Rule rule = method.getAnnotation(Rule.class);
        Set<Capability> needs = EnumSet.noneOf(Capability.class);
        collect(needs, method.getDeclaringClass().getAnnotation(Needs.class));
        collect(needs, method.getAnnotation(Needs.class));
        return new RuleCheck(rule.id(), rule.value(), rule.everyModel(), needs, method);
    }

    private static void collect(Set<Capability> needs, @Nullable Needs annotation) {
        if (annotation != null) {
            needs.addAll(List.of(annotation.value()));
        }
    }
}
