/**
 * For vendors: what every backend needs and none should rewrite. Model configuration, weight names and shapes, the
 * safetensors format, and atomic replacement of files and checkpoints. Applications do not need this package.
 *
 * <p>Everything read here may be untrusted: sizes are checked before memory is allocated, names cannot leave their
 * directory, and nothing is deserialised.
 */
@NullMarked
package org.rpt4j.model.format;

import org.jspecify.annotations.NullMarked;
