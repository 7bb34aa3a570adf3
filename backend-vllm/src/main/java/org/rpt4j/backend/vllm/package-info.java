/**
 * For maintainers of the vLLM client; nothing here is called directly. Applications open it by its name, {@code vllm},
 * through {@link org.rpt4j.spi.Backends}.
 */
@NullMarked
package org.rpt4j.backend.vllm;

import org.jspecify.annotations.NullMarked;
