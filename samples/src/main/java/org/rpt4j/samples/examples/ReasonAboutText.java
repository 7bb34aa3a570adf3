package org.rpt4j.samples.examples;

import java.nio.file.Path;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.inference.InferenceOptions;
import org.rpt4j.inference.ReasonedText;
import org.rpt4j.inference.Reasoner;
import org.rpt4j.inference.ReasoningMode;
import org.rpt4j.inference.TokenEvent;
import org.rpt4j.spi.Backends;

/** Continues a text, token by token, and thinks where the model is uncertain. Arguments: model, prompt, backend. */
public final class ReasonAboutText {

    private static final int THOUGHT_TOKENS = 64;

    private ReasonAboutText() {}

    public static void main(String[] arguments) {
        ModelSource model = ModelSource.directory(Path.of(arguments[0]));
        try (Reasoning reasoning = Reasoning.open(model, THOUGHT_TOKENS);
                Backend backend = Backends.open(arguments[2], BackendOptions.DEFAULTS);
                Policy policy = backend.openPolicy(model)) {
            Reasoner reasoner = Reasoner.of(policy, reasoning);
            InferenceOptions options = InferenceOptions.builder()
                    .mode(ReasoningMode.HYBRID)
                    .threshold(1.5)
                    .maxTokens(20)
                    .build();
            ReasonedText text = reasoner.complete(reasoner.prompt(arguments[1]), options, ReasonAboutText::print);
            System.out.println();
            text.trace()
                    .thoughts()
                    .forEach(thought -> System.out.println("token " + thought.position() + ": " + thought.outcome()
                            + " \"" + thought.prediction() + "\" after" + thought.text()));
            System.out.println(text.usage().thoughts() + " thoughts, "
                    + text.usage().latency().toMillis() + " ms per token");
        }
    }

    private static void print(TokenEvent event) {
        if (event instanceof TokenEvent.TextToken token) {
            System.out.print(token.text());
        } else if (event instanceof TokenEvent.Finished finished) {
            System.out.print(finished.text());
        }
    }
}
