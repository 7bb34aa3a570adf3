/**
 * For maintainers: the speed of the backends, one benchmark per capability. Every benchmark checks its answer, since
 * wrong results are often fast.
 */
@NullMarked
package org.rpt4j.jmh;

import org.jspecify.annotations.NullMarked;
