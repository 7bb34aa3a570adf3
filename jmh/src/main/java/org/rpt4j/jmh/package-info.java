/**
 * For maintainers: how fast the backends are, one benchmark per capability. Every benchmark checks its answer, since a
 * wrong result is often a fast one.
 */
@NullMarked
package org.rpt4j.jmh;

import org.jspecify.annotations.NullMarked;
