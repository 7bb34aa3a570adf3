/**
 * For testing anything that uses a backend: the reference. The backend {@code reference} computes Llama, Qwen2 and
 * Qwen3 decoders in plain Java and float64, one sequence at a time, with a hand-written backward pass. It needs no
 * engine and no test framework. Every other backend is compared with it.
 *
 * <p>The arithmetic is float64. Weights and optimizer moments are rounded to float32 whenever they are stored, so that
 * a checkpoint equals memory exactly and a resumed run continues bit for bit.
 */
@NullMarked
package org.rpt4j.tck.reference;

import org.jspecify.annotations.NullMarked;
