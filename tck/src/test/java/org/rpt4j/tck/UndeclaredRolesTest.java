package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.rpt4j.api.Capability;
import org.rpt4j.tck.wrong.WrongTwin;
import org.rpt4j.tck.wrong.WrongTwins;

/** For a backend that only scores, every rule about another role checks the refusal, and is then skipped. */
class UndeclaredRolesTest {

    private static final List<RuleCheck> OTHER_ROLES = Stream.of(Rules.policy(), Rules.training(), Rules.optimizer())
            .flatMap(List::stream)
            .toList();

    @TempDir
    private Path directory;

    @Test
    void everyRuleAboutAnotherRoleIsSkippedIfTheRefusalIsRight() {
        try (Fixture fixture = new Fixture(Subject.of(scorerOnly().right()), TinyModel.LLAMA, directory)) {
            assertThat(fixture.backend().capabilities()).containsOnly(Capability.SCORE);
            for (RuleCheck rule : OTHER_ROLES) {
                assertThatThrownBy(() -> rule.runOrRefuse(fixture))
                        .isInstanceOf(TestAbortedException.class)
                        .hasMessageContaining(
                                "does not declare " + rule.needs().iterator().next());
            }
        }
    }

    @Test
    void everyTrainingRuleFailsIfTheRefusalIsWrong() {
        try (Fixture fixture = new Fixture(Subject.of(scorerOnly().wrong()), TinyModel.LLAMA, directory)) {
            for (RuleCheck rule : OTHER_ROLES) {
                if (rule.needs().contains(Capability.TRAIN) && rule.needs().size() == 1) {
                    assertThatThrownBy(() -> rule.runOrRefuse(fixture))
                            .isInstanceOf(AssertionError.class)
                            .hasMessageContaining("UnsupportedOperationException");
                }
            }
        }
    }

    private static WrongTwin scorerOnly() {
        return WrongTwins.all().stream()
                .filter(twin -> twin.rule().equals("B3"))
                .findFirst()
                .orElseThrow();
    }
}
