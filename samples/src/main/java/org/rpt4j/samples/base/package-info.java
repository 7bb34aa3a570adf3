/** Builds the small base model of the samples, starting from its tokenizer. */
@NullMarked
package org.rpt4j.samples.base;

import org.jspecify.annotations.NullMarked;
