package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Rules about opening a checkpoint with an adapter. */
final class AdapterSourceRules {

    private static final TokenBatch BATCH = Group.batch(1, Group.RAGGED);

    private AdapterSourceRules() {}

    @Rule(id = "B25", value = "every role reads a checkpoint and its adapter as one model")
    static void everyRole(Fixture f) {
        ModelSource source = Adapters.over(f, Adapters.PARTIAL);
        Backend backend = f.backend();
        Set<Capability> declared = backend.capabilities();
        if (declared.contains(Capability.LOG_PROBS)) {
            try (Policy policy = backend.openPolicy(source);
                    ReferencePolicy truth = new ReferencePolicy(source)) {
                Checks.assertClose(
                        "log-probabilities of a policy with an adapter",
                        policy.logProbs(BATCH).values(),
                        truth.logProbs(BATCH).values(),
                        f.tolerances().logProb());
            }
        }
        if (declared.contains(Capability.SCORE)) {
            try (ProxyScorer scorer = backend.openProxyScorer(source);
                    ReferenceProxyScorer truth = new ReferenceProxyScorer(source)) {
                Checks.assertClose(
                        "entropies of a scorer with an adapter",
                        entropies(scorer),
                        entropies(truth),
                        f.tolerances().logProb());
                assertThat(entropies(truth)).isNotEqualTo(entropies(f.openReferenceScorer()));
            }
        }
    }

    private static double[] entropies(ProxyScorer scorer) {
        double[] entropies = scorer.score(ScorerRules.SEQUENCES, ScoringOptions.DEFAULTS)
                .get(0)
                .entropy();
        return Arrays.copyOfRange(entropies, 1, entropies.length);
    }

    @Rule(id = "B26", value = "an adapter of another model or kind is refused by name")
    static void foreignAdapter(Fixture f) throws IOException {
        TinyModel another = f.model() == TinyModel.QWEN3 ? TinyModel.LLAMA : TinyModel.QWEN3;
        Path other = another.write(f.path("other")).directory();
        Adapters.over(ModelSource.directory(other), another.config(), f.path("foreign"), Adapters.FULL);
        assertRefused(f, f.source().withAdapter(f.path("foreign")), "self_attn", "foreign", "model");
        ModelSource source = Adapters.over(f, LoraOptions.builder().rank(4).build());
        Path config = source.adapter().orElseThrow().resolve("adapter_config.json");
        String plain = Files.readString(config);
        for (String[] change : new String[][] {
            {"\"r\" : 4", "\"r\" : 5", "lora_A"},
            {"\"use_dora\" : false", "\"use_dora\" : true", "use_dora"},
            {"\"peft_type\" : \"LORA\"", "\"peft_type\" : \"IA3\"", "peft_type"},
            {"\"rank_pattern\" : { }", "\"rank_pattern\" : {\"q_proj\" : 2}", "rank_pattern"},
            {"\"bias\" : \"none\"", "\"bias\" : \"all\"", "bias"},
            {"\"bias\" : \"none\"", "\"bias\" : \"none\", \"new_kind\" : 1", "new_kind"},
        }) {
            assertThat(plain).contains(change[0]);
            Files.writeString(config, plain.replace(change[0], change[1]));
            assertRefused(f, source, change[2]);
        }
        Files.delete(config);
        assertRefused(f, source, "adapter_config.json");
    }

    private static void assertRefused(Fixture f, ModelSource source, String... mentioned) {
        for (DeclaredRole role : DeclaredRole.of(f.backend(), source)) {
            assertThatThrownBy(role.open()::get, "opening a %s with the adapter %s", role.name(), source.adapter())
                    .isInstanceOf(ModelFormatException.class)
                    .hasMessageContainingAll(mentioned);
        }
    }
}
