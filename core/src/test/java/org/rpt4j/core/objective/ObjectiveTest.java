package org.rpt4j.core.objective;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class ObjectiveTest {

    @Test
    void everyObjectiveIsFoundByItsName() {
        assertThat(Objective.all()).extracting(Objective::name).containsExactly("grpo", "dr-grpo", "rloo", "dapo");
        assertThat(Objective.all()).allSatisfy(o -> {
            assertThat(Objective.named(o.name())).isSameAs(o);
            assertThat(o.citation()).contains("arXiv");
        });
    }

    @Test
    void anUnknownNameListsTheKnownOnes() {
        assertThatIllegalArgumentException().isThrownBy(() -> Objective.named("ppo"))
                .withMessageContaining("\"ppo\"")
                .withMessageContaining("grpo, dr-grpo, rloo, dapo");
    }

    @Test
    void presetsDoNotStayCloseToAReference() {
        assertThat(Objective.all()).allSatisfy(o -> assertThat(o.loss().klWeight()).isZero());
    }
}
