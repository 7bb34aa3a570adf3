package org.rpt4j.backend.jni;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.model.format.WeightSpec;

/** Weights that lie end to end in one array of floats, in order. Immutable. */
final class WeightTable {

    private final List<WeightSpec> specs;
    private final long[] offsets;

    WeightTable(List<WeightSpec> specs) {
        this.specs = List.copyOf(specs);
        offsets = new long[specs.size() + 1];
        for (int i = 0; i < specs.size(); i++) {
            offsets[i + 1] = Math.addExact(offsets[i], specs.get(i).size());
        }
    }

    List<WeightSpec> specs() {
        return specs;
    }

    /** First element of the {@code index}-th weight. */
    long offset(int index) {
        return offsets[index];
    }

    /** Number of elements of all weights. */
    long total() {
        return offsets[specs.size()];
    }

    /** Stretches of weights with the same rule about decay, in order and without gaps. */
    NativeStructs.DecaySpan[] decaySpans() {
        List<NativeStructs.DecaySpan> spans = new ArrayList<>();
        int begin = 0;
        for (int i = 1; i <= specs.size(); i++) {
            if (i == specs.size() || specs.get(i).decays() != specs.get(begin).decays()) {
                NativeStructs.DecaySpan span = new NativeStructs.DecaySpan();
                span.begin = offsets[begin];
                span.end = offsets[i];
                span.decays = specs.get(begin).decays();
                spans.add(span);
                begin = i;
            }
        }
        return spans.toArray(new NativeStructs.DecaySpan[0]);
    }
}
