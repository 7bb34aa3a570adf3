/**
 * For application developers: what a model is asked. An instruction and the model's own chat template are rendered to
 * token ids once; the tokens of each context are then put between them, never encoded again.
 */
@NullMarked
package org.rpt4j.core.prompt;

import org.jspecify.annotations.NullMarked;
