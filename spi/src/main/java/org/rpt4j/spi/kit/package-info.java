/**
 * For vendors of backends: what every backend needs beside its arithmetic, written once. Input checks, the end of a
 * completion, the scores of a sequence, the models that are open. A backend may do without any of it; the contract in
 * {@code docs/contract.md} is what counts. Applications do not need this package.
 */
@NullMarked
package org.rpt4j.spi.kit;

import org.jspecify.annotations.NullMarked;
