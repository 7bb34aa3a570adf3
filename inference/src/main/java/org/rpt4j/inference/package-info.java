/**
 * For application developers: continues a text with a policy that was trained to think before it predicts. {@link
 * org.rpt4j.inference.Reasoner} decides at which tokens it thinks, streams what it writes, and records where it thought.
 */
@NullMarked
package org.rpt4j.inference;

import org.jspecify.annotations.NullMarked;
