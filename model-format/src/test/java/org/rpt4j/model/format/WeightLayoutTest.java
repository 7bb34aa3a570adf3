package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
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
        assertThatThrownBy(() -> qwen2.offset(LayerWeight.QUERY_NORM, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layers without experts have no QUERY_NORM in this model");
    }

    @Test
    void layersWithExpertsHaveARouterAndThreeMatricesForEach() {
        ModelConfig config = Models.withExperts(new Experts(3, 2, 5, true, Set.of(1)));
        WeightLayout layout = WeightLayout.of(config);
        int router = layout.index(0, LayerWeight.ROUTER);
        assertThat(layout.all().subList(router, layout.layerStart(1)))
                .containsExactly(
                        new WeightSpec("model.layers.0.mlp.gate.weight", List.of(3, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.0.gate_proj.weight", List.of(5, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.0.up_proj.weight", List.of(5, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.0.down_proj.weight", List.of(16, 5)),
                        new WeightSpec("model.layers.0.mlp.experts.1.gate_proj.weight", List.of(5, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.1.up_proj.weight", List.of(5, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.1.down_proj.weight", List.of(16, 5)),
                        new WeightSpec("model.layers.0.mlp.experts.2.gate_proj.weight", List.of(5, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.2.up_proj.weight", List.of(5, 16)),
                        new WeightSpec("model.layers.0.mlp.experts.2.down_proj.weight", List.of(16, 5)));
        assertThat(layout.index(0, 2, LayerWeight.DOWN)).isEqualTo(layout.layerStart(1) - 1);
        assertThat(layout.all().get(layout.index(1, LayerWeight.DOWN)))
                .isEqualTo(new WeightSpec("model.layers.1.mlp.down_proj.weight", List.of(16, 24)));
        assertThatThrownBy(() -> layout.index(1, 0, LayerWeight.DOWN))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layer 1 has no experts with a DOWN");
        assertThatThrownBy(() -> layout.index(1, LayerWeight.ROUTER))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("layers without experts have no ROUTER in this model");
    }
}
