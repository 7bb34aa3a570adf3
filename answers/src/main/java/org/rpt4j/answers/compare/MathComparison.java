package org.rpt4j.answers.compare;

import java.util.List;
import java.util.Optional;
import org.rpt4j.answers.compare.Judgement.Outcome;

/**
 * Equal values of mathematical answers, as LaTeX or as plain text:
 *
 * <ul>
 *   <li>numbers however they are written: {@code 1,234.50}, {@code 1.2345 \times 10^3}, {@code 2469/2},
 *       {@code 1234\frac12}, {@code 0.1\overline{6}}; compared exactly, so 0.33 is not 1/3;
 *   <li>formulas: roots, powers, π, e, i, functions, variables; {@code (x+1)^2} equals {@code x^2+2x+1};
 *   <li>several answers, sets, tuples, intervals, unions, matrices, ratios, numbers of other bases;
 *   <li>equations: {@code x = 5} equals 5, {@code y = 2x} equals {@code 2x - y = 0}, {@code 1 < x \le 3} equals
 *       {@code (1, 3]};
 *   <li>units: a unit on one side only is dropped, as most graders do; 100 cm equal 1 m; 50% equals both 50 and 0.5;
 *   <li>words, without regard to capital letters.
 * </ul>
 *
 * <p>What the known answer means and what the answer means must be shown to be equal; what cannot be shown either way
 * is undecided. An answer that is not mathematics is different, with a reason that says so. Answers are limited to
 * {@value LatexText#MOST_CHARACTERS} characters, and numbers and nesting to what people write, so the time is bounded
 * whatever a model writes. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class MathComparison implements AnswerComparison {

    /** A value that can be computed can be told from another; one that is too large for that equals itself. */
    private static final Form ZERO = new Form.Value(Expr.number(0), "");

    private static final String UNKNOWN = "unknown-notation";

    static final MathComparison DEFAULT = new MathComparison(0, List.of());

    private final ExpressionEquality expressions;
    private final List<SymbolicEquality> algebra;

    /**
     * Creates a comparison.
     *
     * @param tolerance largest relative difference of numbers that are equal; 0 for none
     * @param algebra what is asked where nothing was decided, in this order; each call must take bounded time
     */
    public MathComparison(double tolerance, List<SymbolicEquality> algebra) {
        if (!(tolerance >= 0 && tolerance < 1)) {
            throw new IllegalArgumentException("tolerance is " + tolerance + ", must be at least 0 and below 1");
        }
        this.expressions = new ExpressionEquality(tolerance);
        this.algebra = List.copyOf(algebra);
    }

    @Override
    public Judgement compare(String predicted, String gold) {
        if (predicted.isBlank()) {
            return Judgement.different("empty-answer");
        }
        if (predicted.length() <= LatexText.MOST_CHARACTERS
                && ExactComparison.normalised(predicted).equals(ExactComparison.normalised(gold))) {
            return Judgement.EQUAL;
        }
        Judgement own = own(predicted, gold);
        for (SymbolicEquality system : own.isDecided() ? List.<SymbolicEquality>of() : algebra) {
            Outcome outcome = system.compare(predicted, gold);
            if (outcome != Outcome.UNDECIDED) {
                return outcome == Outcome.EQUAL ? Judgement.EQUAL : Judgement.DIFFERENT;
            }
        }
        return own;
    }

    /**
     * Why a known answer cannot be read as mathematics, as {@code unknown-notation}: answers to it are decided only if
     * they have the same characters. Several words are {@code free-text}: they can be compared with a number, but not
     * with other words. Empty if it can be read, or a computer algebra system is asked, which may read it.
     */
    public Optional<String> unreadable(String gold) {
        if (!algebra.isEmpty()) {
            return Optional.empty();
        }
        try {
            String reason = "";
            for (Form reading : FormParser.readings(gold)) {
                Judgement judgement = compare(reading instanceof Form.Value ? ZERO : reading, reading);
                if (judgement.isDecided() && !isFreeText(reading)) {
                    return Optional.empty();
                }
                reason = judgement.isDecided() ? "free-text" : judgement.reason();
            }
            return Optional.of(reason);
        } catch (UnreadableAnswer e) {
            return Optional.of(e.reason().equals("not-understood") ? UNKNOWN : e.reason());
        }
    }

    private static boolean isFreeText(Form form) {
        return form instanceof Form.Words words && words.text().strip().matches("(?s).*\\s.*");
    }

    private Judgement own(String predicted, String gold) {
        List<Form> wanted;
        try {
            wanted = FormParser.readings(gold);
        } catch (UnreadableAnswer e) {
            return Judgement.undecided(UNKNOWN);
        }
        List<Form> written;
        try {
            written = FormParser.readings(predicted);
        } catch (UnreadableAnswer e) {
            // A notation that is not known here could be the right answer; one that is broken cannot.
            return e.reason().equals("not-understood") ? Judgement.undecided(UNKNOWN) : Judgement.different(e.reason());
        }
        Judgement result = null;
        for (Form right : wanted) {
            for (Form left : written) {
                Judgement next = compare(left, right);
                if (next.isEqual()) {
                    return next;
                }
                result = result == null || result.isDecided() && !next.isDecided() ? next : result;
            }
        }
        return result == null ? Judgement.DIFFERENT : result;
    }

    private Judgement compare(Form predicted, Form gold) {
        try {
            return new FormEquality(expressions).compare(predicted, gold);
        } catch (UnreadableAnswer e) {
            return Judgement.undecided(e.reason());
        }
    }
}
