/**
 * For vendors: the parts that every backend needs and none should write again. Model configuration, weight names and
 * shapes, the safetensors format, and atomic replacement of files and checkpoints. Applications do not need this
 * package.
 *
 * <p>Everything read here may come from a stranger: sizes are bounded before memory is taken, names cannot leave their
 * directory, and nothing is deserialised.
 */
@NullMarked
package org.rpt4j.model.format;

import org.jspecify.annotations.NullMarked;
