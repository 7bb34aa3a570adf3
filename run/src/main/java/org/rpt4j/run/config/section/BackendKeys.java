package org.rpt4j.run.config.section;

import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.Precision;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/** The keys {@code backend.*}: what computes, and where. */
public final class BackendKeys {

    private static final Section.Builder KEYS = Section.of("backend", "What computes, and where");

    public static final Key<String> NAME = KEYS.key("name", Texts.NAME)
            .says("Name of a backend on the class path.")
            .or("djl");

    public static final Key<Device> DEVICE = KEYS.key("device", Texts.DEVICE)
            .says("Where to compute. A device that is missing is an error, never replaced.")
            .or(BackendOptions.DEFAULTS.device());

    public static final Key<Precision> PRECISION = KEYS.key("precision", Texts.oneOf(Precision.class))
            .says("Arithmetic of forward and backward passes; weights and moments are 32-bit in both.")
            .or(BackendOptions.DEFAULTS.precision());

    public static final Key<Integer> THREADS = KEYS.key("threads", Numbers.whole(0))
            .says("CPU threads of the engine; 0 leaves the choice to it. More than one may change the last bits of a"
                    + " sum.")
            .or(BackendOptions.DEFAULTS.threads());

    public static final Key<Boolean> RECOMPUTE_ACTIVATIONS = KEYS.key("recompute-activations", Texts.FLAG)
            .says("Trades time for memory in training: only the input of each layer is kept.")
            .after("Chen et al. 2016, arXiv 1604.06174")
            .or(BackendOptions.DEFAULTS.recomputeActivations());

    public static final Key<Integer> MAX_SEQUENCES = KEYS.key("max-sequences", Numbers.whole(1))
            .says("Most sequences that are decoded at a time: a bound on the memory of the KV cache.")
            .in("sequences")
            .or(BackendOptions.DEFAULTS.maxSequences());

    static final Section SECTION = KEYS.build();

    private BackendKeys() {}

    /** How the backend shall run. */
    public static BackendOptions options(Values values) {
        return new BackendOptions(
                values.get(DEVICE),
                values.get(PRECISION),
                values.get(THREADS),
                values.get(RECOMPUTE_ACTIVATIONS),
                values.get(MAX_SEQUENCES));
    }
}
