/**
 * For operators, and for the parts of the library that have phases: {@link org.rpt4j.core.phase.PhaseSpan} writes
 * one JFR event per phase of a step. Nothing here is done per token.
 */
@NullMarked
package org.rpt4j.core.phase;

import org.jspecify.annotations.NullMarked;
