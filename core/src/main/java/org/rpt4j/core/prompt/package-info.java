/**
 * For application developers: prompts. The instruction is rendered in the model's own chat template and encoded once;
 * the tokens of each context are then inserted, never encoded again.
 */
@NullMarked
package org.rpt4j.core.prompt;

import org.jspecify.annotations.NullMarked;
