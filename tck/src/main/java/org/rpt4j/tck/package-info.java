/**
 * For vendors of backends and rewards: the contract of {@code docs/contract.md} as tests. Extend the contract classes
 * of this package in your own test sources, overriding one method each; every numbered rule then runs against your
 * backend.
 */
@NullMarked
package org.rpt4j.tck;

import org.jspecify.annotations.NullMarked;
