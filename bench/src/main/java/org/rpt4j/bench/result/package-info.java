/** What a model achieved on a suite: accuracies, as a table, JSON and a page; and two models compared. */
@NullMarked
package org.rpt4j.bench.result;

import org.jspecify.annotations.NullMarked;
