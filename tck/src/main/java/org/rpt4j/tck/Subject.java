package org.rpt4j.tck;

import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.spi.BackendProvider;

/**
 * The backend under test.
 *
 * @param provider its provider
 * @param options how it is opened
 * @param tolerances how exact it is
 */
record Subject(BackendProvider provider, BackendOptions options, Tolerances tolerances) {

    /** With the default options on the CPU, in single precision. */
    static Subject of(BackendProvider provider) {
        return new Subject(provider, BackendOptions.DEFAULTS, Tolerances.FP32);
    }

    Backend open(BackendOptions changed) {
        return provider.create(() -> changed);
    }
}
