package org.rpt4j.backend.onnx;

import java.util.List;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.api.error.ContextOverflowException;

/** A model as a policy that is not trained. Keys and values stay in one place while it generates. */
final class OnnxPolicy extends OpenModel implements Policy {

    /** Weights never change here. */
    static final long VERSION = 0;

    private final int vocabularySize;
    private final int contextLength;
    private final Decoder decoder;
    private final int maxSequences;

    private OnnxPolicy(ModelDescription description, Decoder decoder, int maxSequences) {
        super("policy", description);
        this.vocabularySize = description.vocabularySize();
        this.contextLength = description.contextLength();
        this.decoder = decoder;
        this.maxSequences = maxSequences;
    }

    static OnnxPolicy open(LanguageModel model, BackendOptions options) {
        return new OnnxPolicy(model.description(), Decoder.open(model, options), options.maxSequences());
    }

    @Override
    public long version() {
        return brief("version", () -> VERSION);
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions sampling) {
        return use("generate", () -> run(prompts, sampling));
    }

    private List<RolloutGroup> run(List<Prompt> prompts, SamplingOptions sampling) {
        for (Prompt prompt : prompts) {
            TokenIds.require("prompt " + prompt.id(), prompt.tokens(), vocabularySize);
            if (prompt.tokens().length >= contextLength) {
                throw new ContextOverflowException("prompt " + prompt.id() + " has " + prompt.tokens().length
                        + " tokens and leaves no room in the context window of " + contextLength
                        + ". Shorten the prompt or choose a model with a longer window.");
            }
        }
        return new Generation(decoder, prompts, sampling, maxSequences, contextLength, vocabularySize).run();
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        return use("logProbs", () -> {
            BatchLogProbs.require(batch, vocabularySize, contextLength);
            return TokenValues.of(batch, new BatchLogProbs(decoder, batch, vocabularySize).compute());
        });
    }

    @Override
    void free() {
        decoder.close();
    }
}
