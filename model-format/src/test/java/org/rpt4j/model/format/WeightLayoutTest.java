package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

class WeightLayoutTest {

    static Iterable<ModelConfig> models() {
        return Models.all();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyWeightIsFoundByItsIndex(ModelConfig config) {
        WeightLayout layout = WeightLayout.of(config);
        HashSet<Integer> seen = new HashSet<>();
        seen.add(WeightLayout.EMBEDDING);
        seen.add(WeightLayout.FINAL_NORM);
        seen.add(layout.head());
        for (int layer = 0; layer < config.layers(); layer++) {
            for (LayerWeight weight : LayerWeight.values()) {
                if (layout.has(weight)) {
                    int index = layout.index(layer, weight);
                    assertThat(seen.add(index)).isTrue();
                    assertThat(layout.all().get(index).name()).startsWith("model.layers." + layer + ".");
                }
            }
        }
        assertThat(seen).hasSameSizeAs(layout.all());
        assertThat(layout.all().stream().map(WeightSpec::name).distinct()).hasSameSizeAs(layout.all());
    }

    @Test
    void theHeadIsTheEmbeddingOnlyWhereItIsTied() {
        assertThat(WeightLayout.of(Models.qwen3()).head()).isEqualTo(WeightLayout.EMBEDDING);
        WeightLayout untied = WeightLayout.of(Models.llama());
        assertThat(untied.all().get(untied.head()).name()).isEqualTo("lm_head.weight");
    }

    @Test
    void architecturesDifferInTheirBiasesAndNorms() {
        WeightLayout qwen2 = WeightLayout.of(Models.qwen2());
        assertThat(qwen2.has(LayerWeight.QUERY_BIAS)).isTrue();
        assertThat(qwen2.has(LayerWeight.OUTPUT_BIAS)).isFalse();
        WeightSpec keyNorm = WeightLayout.of(Models.qwen3())
                .all()
                .get(WeightLayout.of(Models.qwen3()).index(1, LayerWeight.KEY_NORM));
        assertThat(keyNorm.name()).isEqualTo("model.layers.1.self_attn.k_norm.weight");
        assertThat(keyNorm.shape()).containsExactly(8);
        assertThat(keyNorm.decays()).isFalse();
        assertThatThrownBy(() -> qwen2.offset(LayerWeight.QUERY_NORM))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("this model has no QUERY_NORM");
    }
}
