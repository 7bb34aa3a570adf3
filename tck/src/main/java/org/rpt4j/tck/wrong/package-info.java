/**
 * For maintainers of the contract: for every rule an implementation that breaks it, as real ones have broken it. A test
 * runs each rule against the reference, which must pass, and against its wrong twin, which must not.
 */
@NullMarked
package org.rpt4j.tck.wrong;

import org.jspecify.annotations.NullMarked;
