/**
 * For operators, and for the parts of the library that take time: what a run is doing and how far it is. {@link
 * org.rpt4j.core.phase.PhaseSpan} writes one JFR event per phase of a step, {@link org.rpt4j.core.phase.Progress} says
 * how much is done. Nothing here is done per token.
 */
@NullMarked
package org.rpt4j.core.phase;

import org.jspecify.annotations.NullMarked;
