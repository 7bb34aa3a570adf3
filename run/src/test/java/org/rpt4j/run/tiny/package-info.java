/**
 * For the tests of {@code run} and of the modules above it: a tiny model with its tokenizer and corpus, rewards that need
 * no skill, and runs that have everything a resume has to carry.
 */
@NullMarked
package org.rpt4j.run.tiny;

import org.jspecify.annotations.NullMarked;
