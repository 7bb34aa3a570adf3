package org.rpt4j.answers.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A number equals itself in every form in which it is written, and never one of its neighbours. */
class NumberFormatsTest {

    private static final AnswerComparison MATH = AnswerComparison.math();

    private static List<String> forms(BigDecimal number) {
        String plain = number.toPlainString();
        BigInteger unscaled = number.unscaledValue();
        BigInteger power = BigInteger.TEN.pow(number.scale());
        String sign = unscaled.signum() < 0 ? "-" : "";
        String fraction = unscaled.abs() + "}{" + power + "}";
        return List.of(
                plain,
                plain + "0",
                " " + plain + ". ",
                String.format(Locale.US, "%,." + number.scale() + "f", number),
                String.format(Locale.US, "%,." + number.scale() + "f", number).replace(",", "{,}"),
                sign + "\\frac{" + fraction,
                "\\dfrac{" + sign + fraction,
                unscaled + "/" + power,
                "$" + plain + "$",
                "\\left(" + plain + "\\right)",
                "x = " + plain,
                plain + "\\text{ cm}",
                "\\text{" + plain + "}",
                number.movePointLeft(2).toPlainString() + "\\times 10^{2}",
                number.movePointRight(3).toPlainString() + "e-3",
                "\\frac{" + number.multiply(BigDecimal.valueOf(6)).toPlainString() + "}{6}",
                plain + "\\sqrt{2}/\\sqrt{2}");
    }

    @Test
    void aNumberIsTheSameInEveryForm() {
        SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 300; i++) {
            int scale = random.nextInt(1, 5);
            BigDecimal number = BigDecimal.valueOf(random.nextLong(-5_000_000, 5_000_000) | 1, scale);
            BigDecimal neighbour = number.add(BigDecimal.valueOf(1, scale));
            List<String> forms = forms(number);
            String gold = forms.get(random.nextInt(forms.size()));
            for (String form : forms) {
                assertThat(MATH.compare(form, gold)).as("%s and %s", form, gold).isEqualTo(Judgement.EQUAL);
            }
            for (String other : forms(neighbour)) {
                assertThat(MATH.compare(other, gold).outcome())
                        .as("%s and %s", other, gold)
                        .isEqualTo(Judgement.Outcome.DIFFERENT);
            }
        }
    }
}
