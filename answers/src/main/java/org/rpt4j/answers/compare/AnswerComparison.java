package org.rpt4j.answers.compare;

import java.util.List;

/**
 * Compares a predicted answer with the known one. Deterministic; thread-safe; returns for any text, in bounded time.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface AnswerComparison {

    /**
     * Compares two answers.
     *
     * @param predicted what a model wrote as its answer, without a box around it
     * @param gold the known answer
     */
    Judgement compare(String predicted, String gold);

    /** Whether both were shown to mean the same; what is not decided is not equivalent. */
    default boolean equivalent(String predicted, String gold) {
        return compare(predicted, gold).isEqual();
    }

    /** Compares with the known answer in each of its accepted forms; the first that is equal decides. */
    default Judgement compareAny(String predicted, List<String> forms) {
        Judgement result = Judgement.DIFFERENT;
        for (int i = 0; i < forms.size(); i++) {
            Judgement next = compare(predicted, forms.get(i));
            if (next.isEqual()) {
                return next;
            }
            // A form that is not decided could be the right one.
            result = i == 0 || result.isDecided() ? next : result;
        }
        return result;
    }

    /** Equal characters, except for white space: any run of it is one space, and none counts at the ends. */
    static AnswerComparison exact() {
        return new ExactComparison(false);
    }

    /** As {@link #exact()}, and capital letters equal small ones. */
    static AnswerComparison exactIgnoringCase() {
        return new ExactComparison(true);
    }

    /** Equal values: numbers, fractions, formulas, sets, tuples, intervals and more; see {@link MathComparison}. */
    static AnswerComparison math() {
        return MathComparison.DEFAULT;
    }

    /**
     * The same choice, named by its letter as {@code B}, {@code (B)}, {@code B.} or {@code B) text}, or by its text.
     *
     * @param choices texts of the choices in order; empty if only letters are known
     */
    static AnswerComparison choice(List<String> choices) {
        return new ChoiceComparison(choices);
    }
}
