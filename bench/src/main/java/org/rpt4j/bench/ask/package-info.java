/** Asks a model the questions of a suite and keeps what it answered. */
@NullMarked
package org.rpt4j.bench.ask;

import org.jspecify.annotations.NullMarked;
