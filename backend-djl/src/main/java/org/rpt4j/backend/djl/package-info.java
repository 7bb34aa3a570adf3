/**
 * For nobody but the ServiceLoader: the backend {@code djl}, which trains, samples and scores with PyTorch through DJL.
 * Everything here except the provider is package-private. The arithmetic of a model is a TorchScript program written by
 * {@link org.rpt4j.backend.djl.torchscript}; this package passes token ids in and log-probabilities out, on one
 * dedicated thread.
 */
@NullMarked
package org.rpt4j.backend.djl;

import org.jspecify.annotations.NullMarked;
