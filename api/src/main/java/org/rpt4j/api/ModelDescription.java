package org.rpt4j.api;

/**
 * What a loaded model is.
 *
 * @param architecture the Hugging Face class name, such as {@code LlamaForCausalLM}
 * @param parameterCount number of distinct parameters; a tied head counts once
 * @param vocabularySize number of token ids, V
 * @param contextLength most tokens, prompt and completion together
 */
public record ModelDescription(String architecture, long parameterCount, int vocabularySize, int contextLength) {}
