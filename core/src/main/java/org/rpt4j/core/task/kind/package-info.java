/**
 * Kinds of tasks: what is left out of a text, and what the model sees of the rest. The next token is the paper's; the
 * others are those of its successors. Each is found by name through {@link org.rpt4j.spi.TaskKinds}, like a vendor's.
 */
@NullMarked
package org.rpt4j.core.task.kind;

import org.jspecify.annotations.NullMarked;
