package org.rpt4j.spi;

import org.rpt4j.api.BackendOptions;

/**
 * What a provider gets when it opens a backend. Grows by default methods; providers never implement it.
 *
 * @since 0.1.0
 */
public interface BackendContext {

    /** What the application asked for. */
    BackendOptions options();
}
