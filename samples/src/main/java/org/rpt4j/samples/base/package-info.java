/**
 * Makes the small base model that the samples start from, beginning with its tokenizer.
 */
@NullMarked
package org.rpt4j.samples.base;

import org.jspecify.annotations.NullMarked;
