package org.rpt4j.answers.compare;

import java.util.List;

/** What an answer is: a formula with a unit, or something made of several. */
sealed interface Form {

    /**
     * A formula.
     *
     * @param unit the unit as it is written; empty for none
     */
    record Value(Expr expr, String unit) implements Form {}

    /** Words. */
    record Words(String text) implements Form {}

    /** Several answers between commas, or joined by "and" or "or". */
    record Several(List<Form> parts) implements Form {}

    /** A set. */
    record Elements(List<Form> parts) implements Form {}

    /** A tuple, an interval or a list. */
    record Bracketed(char open, char close, List<Form> parts) implements Form {}

    /** A union of sets and intervals. */
    record Union(List<Form> parts) implements Form {}

    /** A matrix by rows. */
    record Matrix(List<List<Form>> rows) implements Form {}

    /** A ratio such as 3:4. */
    record Ratio(List<Form> parts) implements Form {}

    /** A number in another base than ten. */
    record Based(String digits, int base) implements Form {}

    /**
     * An equation, or a chain of equations and inequalities.
     *
     * @param operators what is between the sides: one less than sides
     */
    record Relation(List<Form> sides, String operators) implements Form {}
}
