package org.rpt4j.run.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to coordinates of a drawing.
 *
 * @param low value at {@code from}
 * @param high value at {@code to}
 * @param from coordinate of the lower end
 * @param to coordinate of the upper end
 * @param logarithmic whether equal distances are equal ratios
 */
record Axis(double low, double high, double from, double to, boolean logarithmic) {

    private static final double[] NICE = {1, 2, 5, 10};
    private static final int MOST_TICKS = 20;

    /** An axis that holds all values between round ends. */
    static Axis around(double low, double high, double from, double to) {
        double top = high > low ? high : low + Math.max(Math.abs(low), 1e-12);
        double step = step(low, top, 4);
        return new Axis(Math.floor(low / step + 1e-9) * step, Math.ceil(top / step - 1e-9) * step, from, to, false);
    }

    double at(double value) {
        double share = logarithmic ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
        return from + share * (to - from);
    }

    /** About four round values. */
    List<Double> ticks() {
        return logarithmic ? ratioTicks() : evenTicks();
    }

    /** A value of this axis with as many digits as its ticks differ in. */
    String label(double value) {
        double step = step(low, high, 4);
        return logarithmic || step < 1e-3 || step >= 1e5
                ? Numbers.significant(value)
                : Numbers.fixed(value, (int) Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
    }

    private List<Double> evenTicks() {
        double step = step(low, high, 4);
        double first = Math.ceil(low / step - 1e-9);
        List<Double> ticks = new ArrayList<>();
        // Counted, because numbers can be so large that adding a step does not change them.
        for (int i = 0; i <= MOST_TICKS && (first + i) * step <= high + 1e-9 * step; i++) {
            ticks.add((first + i) * step);
        }
        return ticks;
    }

    private List<Double> ratioTicks() {
        List<Double> ticks = new ArrayList<>();
        if (!(low > 0)) {
            return ticks;
        }
        boolean decades = high / low > 1000;
        for (int e = (int) Math.floor(Math.log10(low)); e <= Math.log10(high); e++) {
            for (int n = 0; n < (decades ? 1 : 3); n++) {
                double tick = NICE[n] * Math.pow(10, e);
                if (tick >= low && tick <= high) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private static double step(double low, double high, int count) {
        double raw = (high - low) / count;
        double power = Math.pow(10, Math.floor(Math.log10(raw)));
        for (double nice : NICE) {
            if (nice * power >= raw * (1 - 1e-9)) {
                return nice * power;
            }
        }
        return Double.NaN; // the difference is no number
    }
}
