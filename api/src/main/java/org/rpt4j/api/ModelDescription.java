package org.rpt4j.api;

/**
 * Describes a loaded model.
 *
 * @param architecture Hugging Face class name, such as {@code LlamaForCausalLM}
 * @param parameterCount number of distinct parameters; a tied head counts once
 * @param vocabularySize number of token ids, V
 * @param contextLength maximum number of tokens of prompt and completion together
 * @since 0.1.0
 */
public record ModelDescription(String architecture, long parameterCount, int vocabularySize, int contextLength) {}
