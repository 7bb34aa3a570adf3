/**
 * For maintainers of the contract: for every rule an implementation that breaks it in a way that real ones have. A test
 * runs each rule against the reference, which must pass, and against its wrong twin, which must fail.
 */
@NullMarked
package org.rpt4j.tck.wrong;

import org.jspecify.annotations.NullMarked;
