/**
 * For newcomers: Reinforcement Pre-Training from start to finish in a few minutes, with the small base model and corpus
 * that ship with the samples.
 */
@NullMarked
package org.rpt4j.samples.quickstart;

import org.jspecify.annotations.NullMarked;
