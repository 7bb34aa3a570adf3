package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OpenModelsTest {

    private final List<String> closed = new ArrayList<>();
    private final OpenModels models = new OpenModels("toy");

    private class Toy implements OpenModels.Model {
        private final String name;
        private boolean isClosed;

        Toy(String name) {
            this.name = name;
        }

        @Override
        public boolean isClosed() {
            return isClosed;
        }

        @Override
        public void close() {
            if (!isClosed) {
                isClosed = true;
                closed.add(name);
            }
        }
    }

    private final class Stuck extends Toy {
        Stuck(String name) {
            super(name);
        }

        @Override
        public void close() {
            throw new IllegalArgumentException(super.name + " is stuck");
        }
    }

    @Test
    void closingTheBackendClosesItsModelsAndThenItsEngineOnce() {
        models.open(() -> new Toy("a"));
        models.open(() -> new Toy("b"));

        models.close(() -> closed.add("engine"));
        models.close(() -> closed.add("engine again"));

        assertThat(closed).containsExactly("a", "b", "engine");
    }

    @Test
    void aClosedModelIsForgotten() {
        Toy first = models.open(() -> new Toy("a"));
        first.close();
        models.open(() -> new Toy("b"));
        assertThat(models.count()).isEqualTo(1);
    }

    @Test
    void aClosedBackendOpensNothing() {
        models.close(() -> {});
        assertThatThrownBy(() -> models.open(() -> new Toy("a")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the toy backend is closed");
        assertThatThrownBy(() -> models.whileOpen(() -> 1)).hasMessage("the toy backend is closed");
    }

    @Test
    void aModelThatCannotBeOpenedIsNotKept() {
        assertThatThrownBy(() -> models.open(() -> {
                    throw new IllegalArgumentException("no file");
                }))
                .hasMessage("no file");
        assertThat(models.count()).isZero();
        assertThat(models.whileOpen(() -> 1)).isEqualTo(1);
    }

    @Test
    void aModelThatDoesNotCloseKeepsNothingElseOpenAndIsReported() {
        models.open(() -> new Stuck("a"));
        models.open(() -> new Toy("b"));
        models.open(() -> new Stuck("c"));

        assertThatThrownBy(() -> models.close(() -> closed.add("engine")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("closing a model of the toy backend failed")
                .hasRootCauseMessage("a is stuck")
                .satisfies(e -> assertThat(e.getSuppressed()[0]).hasMessage("c is stuck"));
        assertThat(closed).containsExactly("b", "engine");
        assertThatCode(() -> models.close(() -> {})).doesNotThrowAnyException();
    }
}
