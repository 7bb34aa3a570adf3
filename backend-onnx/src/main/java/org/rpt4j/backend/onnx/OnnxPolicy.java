package org.rpt4j.backend.onnx;

import java.util.List;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.CheckedSession;
import org.rpt4j.spi.kit.FiniteNumbers;
import org.rpt4j.spi.kit.InputLimits;

/** A model as a policy without training. Keys and values stay in place during generation. */
final class OnnxPolicy extends OpenModel implements Policy {

    /** Weights never change here. */
    static final long VERSION = 0;

    private final InputLimits limits;
    private final Decoder decoder;
    private final int maxSequences;

    private OnnxPolicy(LanguageModel model, Decoder decoder, int maxSequences) {
        super("policy", model.description());
        this.limits = model.limits();
        this.decoder = decoder;
        this.maxSequences = maxSequences;
    }

    static OnnxPolicy open(LanguageModel model, BackendOptions options) {
        return new OnnxPolicy(model, Decoder.open(model, options), options.maxSequences());
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
        List<Prompt> checked = limits.requireContinuable(prompts, sampling);
        return new Generation(decoder, checked, sampling, maxSequences, limits, () -> requireOpen("generation")).run();
    }

    @Override
    public TokenValues logProbs(TokenBatch given) {
        return use("logProbs", () -> {
            TokenBatch batch = limits.requireComputable(given);
            return FiniteNumbers.logProbs(batch, new BatchLogProbs(decoder, batch, limits).compute());
        });
    }

    @Override
    public DecodingSession openSession() {
        return brief(
                "openSession",
                () -> new CheckedSession(
                        limits,
                        Decoder.CHUNK_TOKENS,
                        new OnnxSessionCache(
                                this, decoder.withOwnCache(limits.contextLength()), limits.vocabularySize())));
    }

    @Override
    void free() {
        decoder.close();
    }
}
