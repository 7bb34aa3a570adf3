package org.rpt4j.tck;

import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.spi.BackendProvider;

/**
 * The backend under test.
 *
 * @param provider provider of the backend
 * @param options options to open it with
 * @param tolerances tolerances of its arithmetic
 */
record Subject(BackendProvider provider, BackendOptions options, Tolerances tolerances) {

    /** Uses the default options: CPU and single precision. */
    static Subject of(BackendProvider provider) {
        return new Subject(provider, BackendOptions.DEFAULTS, Tolerances.FP32);
    }

    Backend open(BackendOptions changed) {
        return provider.create(() -> changed);
    }
}
