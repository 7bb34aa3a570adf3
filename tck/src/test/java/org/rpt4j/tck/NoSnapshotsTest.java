package org.rpt4j.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.TestAbortedException;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.reference.ReferenceProvider;

/** Rules about snapshots are skipped for a backend that takes none, such as one written before the method existed. */
class NoSnapshotsTest {

    private static final Set<Class<?>> ROLES =
            Set.of(BackendProvider.class, Backend.class, TrainablePolicy.class, Optimizer.class);

    private static final List<RuleCheck> RULES = Stream.of(Rules.training(), Rules.optimizer())
            .flatMap(List::stream)
            .filter(rule -> rule.method().getDeclaringClass().getSimpleName().endsWith("SnapshotRules"))
            .toList();

    @TempDir
    private Path directory;

    @Test
    void everySnapshotRuleIsSkippedWithTheReason() throws IOException {
        assertThat(RULES).hasSize(8);
        for (RuleCheck rule : RULES) {
            assertThatThrownBy(() -> run(rule, InvocationHandler::invokeDefault))
                    .as(rule.toString())
                    .isInstanceOf(TestAbortedException.class)
                    .hasMessageContaining("not checked, the backend takes no snapshots: this ")
                    .hasMessageContaining("between two steps with save");
        }
    }

    @Test
    void everySnapshotRuleFailsIfTheRefusalNamesNoAlternative() {
        for (RuleCheck rule : RULES) {
            assertThatThrownBy(() -> run(rule, (proxy, method, arguments) -> {
                        throw new UnsupportedCapabilityException("no");
                    }))
                    .as(rule.toString())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageStartingWith(rule.id())
                    .hasMessageContaining("what to do instead");
        }
    }

    private void run(RuleCheck rule, InvocationHandler snapshot) throws IOException {
        BackendProvider provider = (BackendProvider) wrap(BackendProvider.class, new ReferenceProvider(), snapshot);
        Path own = Files.createTempDirectory(directory, "rule");
        try (Fixture fixture = new Fixture(Subject.of(provider), TinyModel.LLAMA, own)) {
            rule.run(fixture);
        }
    }

    private static Object wrap(Class<?> role, Object right, InvocationHandler snapshot) {
        return Proxy.newProxyInstance(role.getClassLoader(), new Class<?>[] {role}, (proxy, method, arguments) -> {
            if (method.getName().startsWith("snapshot")) {
                return snapshot.invoke(proxy, method, arguments);
            }
            try {
                Object result = method.invoke(right, arguments);
                Class<?> type = method.getReturnType();
                return ROLES.contains(type) ? wrap(type, result, snapshot) : result;
            } catch (InvocationTargetException e) {
                throw e.getCause();
            }
        });
    }
}
