/**
 * For application developers who choose or write an objective: the formulas of policy-gradient training on groups of
 * rollouts, each a pure, named and cited value in double precision. Nothing here depends on a backend.
 *
 * <p>Log-probabilities are in nats. A loss is minimised; the weight of a token is the derivative of the loss with
 * respect to its log-probability, which is what {@link org.rpt4j.api.ForwardPass#backward} takes.
 */
@NullMarked
package org.rpt4j.core.objective;

import org.jspecify.annotations.NullMarked;
