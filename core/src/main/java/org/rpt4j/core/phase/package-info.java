/**
 * For operators, and for long-running parts of the library: what a run is doing and how far it has come.
 * {@link org.rpt4j.core.phase.PhaseSpan} writes one JFR event per phase of a step,
 * {@link org.rpt4j.core.phase.Progress} tells how much is done. Nothing here runs per token.
 */
@NullMarked
package org.rpt4j.core.phase;

import org.jspecify.annotations.NullMarked;
