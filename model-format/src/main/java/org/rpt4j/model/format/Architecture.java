package org.rpt4j.model.format;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The decoder families that every rpt4j backend computes. They share one network with switches: pre-norm RMSNorm,
 * rotary positions, grouped-query attention and a gated SiLU feed-forward layer.
 *
 * @since 0.1.0
 */
public enum Architecture {
    /** Llama 1 to 3 and compatible models; biases only if the configuration asks for them. */
    LLAMA("LlamaForCausalLM", "llama"),
    /** Qwen2 and Qwen2.5: biases on the query, key and value projections. */
    QWEN2("Qwen2ForCausalLM", "qwen2"),
    /** Qwen3: RMSNorm over each query and key head before the rotation. */
    QWEN3("Qwen3ForCausalLM", "qwen3"),
    /**
     * Mistral 7B and Ministral: Llama's network without biases. A window of attention bounds the context, so that every
     * text that fits is computed exactly.
     */
    MISTRAL("MistralForCausalLM", "mistral");

    private final String className;
    private final String modelType;

    Architecture(String className, String modelType) {
        this.className = className;
        this.modelType = modelType;
    }

    /** Returns the Hugging Face class name. */
    public String className() {
        return className;
    }

    /** Returns the Hugging Face model type, such as {@code llama}. */
    String modelType() {
        return modelType;
    }

    static Architecture ofClassName(String name) {
        for (Architecture architecture : values()) {
            if (architecture.className.equals(name)) {
                return architecture;
            }
        }
        throw new ModelFormatException("architecture \"" + name + "\" is not supported. Supported: "
                + Arrays.stream(values()).map(Architecture::className).collect(Collectors.joining(", ")));
    }
}
