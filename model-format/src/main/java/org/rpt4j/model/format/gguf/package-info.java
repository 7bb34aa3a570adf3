/**
 * Not for callers: how {@link org.rpt4j.model.format} reads GGUF, the file format of llama.cpp. A file is presented as
 * the checkpoint that it was made from: weights by their Hugging Face names, {@code config.json}, {@code tokenizer.json}
 * and {@code tokenizer_config.json}. The package is not exported.
 *
 * <p>Sources: the GGUF specification of the ggml project (docs/gguf.md), the block layouts in its ggml-common.h, and the
 * names that llama.cpp's converter writes.
 */
@NullMarked
package org.rpt4j.model.format.gguf;

import org.jspecify.annotations.NullMarked;
