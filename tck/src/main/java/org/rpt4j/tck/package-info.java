/**
 * For backend and reward vendors: the contract of {@code docs/contract.md} as tests. Extend the contract classes of
 * this package in your own test sources, one method each, and every numbered rule is run against your backend.
 */
@NullMarked
package org.rpt4j.tck;

import org.jspecify.annotations.NullMarked;
