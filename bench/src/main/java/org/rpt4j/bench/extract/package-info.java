/** Finds the answer in a response: as published harnesses do, and strictly. Knows no suite and no model. */
@NullMarked
package org.rpt4j.bench.extract;

import org.jspecify.annotations.NullMarked;
