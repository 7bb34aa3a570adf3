/** Backends against each other, for maintainers: only here are they on one class path. */
@NullMarked
package org.rpt4j.samples.agreement;

import org.jspecify.annotations.NullMarked;
