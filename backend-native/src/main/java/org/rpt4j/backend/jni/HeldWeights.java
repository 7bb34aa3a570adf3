package org.rpt4j.backend.jni;

import java.util.Optional;
import org.rpt4j.model.format.LoraOptions;

/**
 * How the engine holds the weights of a model.
 *
 * @param frozen whether they are not trained: only packed matrices, norms, biases and the embedding are in memory
 * @param narrowEmbedding whether a frozen embedding loses nothing in bfloat16
 * @param adapter what is trained over frozen weights, if anything
 */
record HeldWeights(boolean frozen, boolean narrowEmbedding, Optional<LoraOptions> adapter) {}
