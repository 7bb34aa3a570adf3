package org.rpt4j.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScalingFitTest {

    private static double[] computes(int count) {
        return IntStream.range(0, count)
                .mapToDouble(i -> 2e15 * Math.pow(1.7, i))
                .toArray();
    }

    private static double[] law(double[] compute, double coefficient, double alpha, double limit) {
        return Arrays.stream(compute)
                .map(c -> coefficient / Math.pow(c, alpha) + limit)
                .toArray();
    }

    @ParameterizedTest
    @CsvSource({"-40, 0.15, 0.45", "-1e7, 0.5, 0.3", "-3e14, 1, 0.6", "-1e29, 2, 0.25", "0.5, 0.02, 0.1"})
    void anExactLawIsRecovered(double coefficient, double alpha, double limit) {
        double[] compute = computes(8);
        ScalingFit fit = ScalingFit.of(compute, law(compute, coefficient, alpha, limit));
        assertThat(fit.alpha()).isCloseTo(alpha, Percentage.withPercentage(1e-3));
        assertThat(fit.limit()).isCloseTo(limit, within(1e-5));
        assertThat(fit.coefficient()).isCloseTo(coefficient, Percentage.withPercentage(0.1));
        assertThat(fit.rSquared()).isCloseTo(1, within(1e-9));
        assertThat(fit.at(compute[3])).isCloseTo(law(compute, coefficient, alpha, limit)[3], within(1e-8));
        assertThat(fit.atSearchLimit()).isFalse();
        assertThat(fit.points()).isEqualTo(8);
    }

    @Test
    void noiseLowersRSquaredAndTheFitIsTheLeastSquaresOne() {
        double[] compute = computes(40);
        double[] accuracy = law(compute, -1e5, 0.35, 0.5);
        Random random = new Random(11);
        for (int i = 0; i < accuracy.length; i++) {
            accuracy[i] += 0.01 * random.nextGaussian();
        }
        ScalingFit fit = ScalingFit.of(compute, accuracy);
        assertThat(fit.alpha()).isCloseTo(0.35, within(0.1));
        assertThat(fit.limit()).isCloseTo(0.5, within(0.01));
        assertThat(fit.rSquared()).isBetween(0.9, 0.9999);
        double residual = residual(fit, compute, accuracy);
        assertThat(residual(with(fit, 1.02, 1, 0), compute, accuracy)).isGreaterThan(residual);
        assertThat(residual(with(fit, 0.98, 1, 0), compute, accuracy)).isGreaterThan(residual);
        assertThat(residual(with(fit, 1, 1.02, 0), compute, accuracy)).isGreaterThan(residual);
        assertThat(residual(with(fit, 1, 0.98, 0), compute, accuracy)).isGreaterThan(residual);
        assertThat(residual(with(fit, 1, 1, 0.001), compute, accuracy)).isGreaterThan(residual);
        assertThat(residual(with(fit, 1, 1, -0.001), compute, accuracy)).isGreaterThan(residual);
    }

    private static ScalingFit with(ScalingFit fit, double amplitude, double alpha, double limit) {
        return new ScalingFit(
                fit.amplitude() * amplitude,
                fit.alpha() * alpha,
                fit.limit() + limit,
                fit.rSquared(),
                fit.referenceCompute(),
                fit.points());
    }

    private static double residual(ScalingFit fit, double[] compute, double[] accuracy) {
        return IntStream.range(0, compute.length)
                .mapToDouble(i -> Math.pow(fit.at(compute[i]) - accuracy[i], 2))
                .sum();
    }

    @Test
    void theUnitOfComputeDoesNotMatter() {
        double[] compute = computes(6);
        double[] accuracy = {0.1, 0.17, 0.2, 0.24, 0.25, 0.262};
        ScalingFit flops = ScalingFit.of(compute, accuracy);
        ScalingFit exa =
                ScalingFit.of(Arrays.stream(compute).map(c -> c * 1e-18).toArray(), accuracy);
        assertThat(exa.alpha()).isCloseTo(flops.alpha(), Percentage.withPercentage(1e-4));
        assertThat(exa.limit()).isCloseTo(flops.limit(), within(1e-6));
        assertThat(exa.rSquared()).isCloseTo(flops.rSquared(), within(1e-9));
    }

    @Test
    void aLawThatTheDataDoNotDetermineIsMarked() {
        double[] compute = computes(6);
        double[] straight = Arrays.stream(compute).map(c -> 0.01 * Math.log(c)).toArray();
        assertThat(ScalingFit.of(compute, straight).atSearchLimit()).isTrue();
        assertThat(ScalingFit.of(compute, new double[6]).rSquared()).isNaN();
    }

    @Test
    void tooFewOrImpossiblePointsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScalingFit.of(computes(3), new double[3]))
                .withMessageContaining("at least 4 checkpoints")
                .withMessageContaining("there are 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScalingFit.of(new double[] {1, 2, 3, 3}, new double[4]))
                .withMessageContaining("there are 3");
        assertThatIllegalArgumentException().isThrownBy(() -> ScalingFit.of(new double[] {0, 1, 2, 3}, new double[4]));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ScalingFit.of(computes(4), new double[] {0, 1, Double.NaN, 0}));
        assertThatIllegalArgumentException().isThrownBy(() -> ScalingFit.of(computes(4), new double[5]));
    }
}
