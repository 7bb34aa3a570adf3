/**
 * What a benchmark is: which fields its file has, what is asked, and how answers are read. Suites are data; start with
 * {@link org.rpt4j.bench.suite.Suites}.
 */
@NullMarked
package org.rpt4j.bench.suite;

import org.jspecify.annotations.NullMarked;
