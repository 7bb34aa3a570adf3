package org.rpt4j.bench.ask;

import java.util.Optional;
import java.util.Set;
import org.rpt4j.api.Policy;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.tokenize.ThoughtMarkers;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * The model that is asked, with what its prompts need. The caller closes policy and tokenizer.
 *
 * @param policy the model
 * @param tokenizer its tokenizer
 * @param template its chat template; empty if it has none
 * @param markers what opens and closes its thought
 * @param stopTokens the tokens that end a response
 * @param name what people call it
 * @param fingerprint tells its weights from others
 * @since 0.1.0
 */
public record BenchModel(
        Policy policy,
        Tokenizer tokenizer,
        Optional<ChatTemplate> template,
        ThoughtMarkers markers,
        Set<Integer> stopTokens,
        String name,
        String fingerprint) {

    public BenchModel {
        stopTokens = Set.copyOf(stopTokens);
    }
}
