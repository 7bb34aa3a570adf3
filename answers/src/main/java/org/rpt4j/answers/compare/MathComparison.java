package org.rpt4j.answers.compare;

import java.math.BigDecimal;

/** Equal values. */
final class MathComparison implements AnswerComparison {

    static final MathComparison DEFAULT = new MathComparison();

    @Override
    public Judgement compare(String predicted, String gold) {
        if (AnswerComparison.exact().equivalent(predicted, gold)) {
            return Judgement.EQUAL;
        }
        try {
            boolean equal = new BigDecimal(predicted.strip()).compareTo(new BigDecimal(gold.strip())) == 0;
            return equal ? Judgement.EQUAL : Judgement.DIFFERENT;
        } catch (NumberFormatException e) {
            return Judgement.undecided("not-decided");
        }
    }
}
