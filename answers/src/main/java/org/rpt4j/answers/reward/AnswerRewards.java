package org.rpt4j.answers.reward;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.answers.GoldAnswer;
import org.rpt4j.answers.compare.AnswerComparison;
import org.rpt4j.answers.compare.ChoiceComparison;
import org.rpt4j.answers.compare.MathComparison;
import org.rpt4j.answers.compare.SymbolicEquality;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * The rewards for tasks with a known answer by name. Each is 1 for a right answer and 0 otherwise, with the reason.
 *
 * @since 0.1.0
 */
public final class AnswerRewards {

    private static final String IGNORE_CASE = "ignore-case";
    private static final String TOLERANCE = "tolerance";
    private static final String SANDBOX = "sandbox";
    private static final String TIME_LIMIT = "time-limit";

    private AnswerRewards() {}

    /**
     * {@code exact-answer}: the same characters, whatever the white space. The option {@code ignore-case} makes capital
     * letters equal to small ones.
     */
    public static final class Exact extends Named {

        /** For the service loader. */
        public Exact() {
            super("exact-answer", IGNORE_CASE);
        }

        @Override
        public void checkOptions(Map<String, String> given) {
            comparison(given);
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new AnswerVerifier(name(), comparison(context.options())::compareAny);
        }

        private AnswerComparison comparison(Map<String, String> given) {
            return values(given).flag(IGNORE_CASE) ? AnswerComparison.exactIgnoringCase() : AnswerComparison.exact();
        }
    }

    /**
     * {@code math-answer}: the same value, see {@link MathComparison}. The option {@code tolerance} is the largest
     * relative difference of equal numbers, 0 if it is left out. What is not decided is asked of each
     * {@link SymbolicEquality} of the application, for at most {@code time-limit} seconds, 2 if it is left out; what
     * is then not decided is an abstention.
     */
    public static final class Math extends Named {

        /** For the service loader. */
        public Math() {
            super("math-answer", TOLERANCE, TIME_LIMIT);
        }

        @Override
        public void checkOptions(Map<String, String> given) {
            values(given).fraction(TOLERANCE);
            limit(given);
        }

        /** An answer with one form that can be read can be judged by that form. */
        @Override
        public Optional<String> unreadable(GroundTruth truth, Map<String, String> given) {
            MathComparison comparison = comparison(given);
            Optional<String> reason = Optional.empty();
            for (String form : GoldAnswer.of(truth.bytes()).forms()) {
                reason = comparison.unreadable(form);
                if (reason.isEmpty()) {
                    return reason;
                }
            }
            return reason;
        }

        private MathComparison comparison(Map<String, String> given) {
            Duration limit = limit(given);
            List<SymbolicEquality> algebra = Services.all(SymbolicEquality.class).stream()
                    .map(system -> (SymbolicEquality) new BoundedAlgebra(system, limit))
                    .toList();
            return new MathComparison(values(given).fraction(TOLERANCE), algebra);
        }

        private Duration limit(Map<String, String> given) {
            return values(given).seconds(TIME_LIMIT, Duration.ofSeconds(2));
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            AnswerComparison comparison = comparison(context.options());
            return new AnswerVerifier(name(), comparison::compareAny);
        }
    }

    /** {@code multiple-choice}: the letter of the right choice, its text, or both. */
    public static final class MultipleChoice extends Named {

        /** For the service loader. */
        public MultipleChoice() {
            super("multiple-choice");
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new AnswerVerifier(name(), ChoiceComparison::compare);
        }
    }

    /**
     * {@code code-output}: a program that prints the known answer, run by the {@link CodeSandbox} of the application
     * that the option {@code sandbox} names, for at most {@code time-limit} seconds, 10 if it is left out.
     */
    public static final class CodeOutput extends Named {

        /** For the service loader. */
        public CodeOutput() {
            super("code-output", SANDBOX, TIME_LIMIT);
        }

        @Override
        public Availability availability() {
            try {
                return Sandboxes.discover().availability();
            } catch (RuntimeException | LinkageError e) {
                return new Availability.Unavailable("a sandbox cannot be loaded: " + e.getMessage(), e);
            }
        }

        @Override
        public void checkOptions(Map<String, String> given) {
            limit(given);
            if (given.containsKey(SANDBOX)) {
                sandbox(given);
            }
        }

        @Override
        public RewardVerifier create(RewardVerifierContext context) {
            return new CodeOutputVerifier(sandbox(context.options()), limit(context.options()));
        }

        private CodeSandbox sandbox(Map<String, String> given) {
            return Sandboxes.discover().named(values(given).text(SANDBOX, ""));
        }

        private Duration limit(Map<String, String> given) {
            return values(given).seconds(TIME_LIMIT, Duration.ofSeconds(10));
        }
    }

    private abstract static class Named implements RewardVerifierProvider {

        private final String name;
        private final List<String> options;

        private Named(String name, String... options) {
            this.name = name;
            this.options = List.of(options);
        }

        @Override
        public final String name() {
            return name;
        }

        @Override
        public final int apiVersion() {
            return API_VERSION;
        }

        @Override
        public final List<String> options() {
            return options;
        }

        final RewardOptions values(Map<String, String> given) {
            return new RewardOptions(name, given);
        }
    }
}
