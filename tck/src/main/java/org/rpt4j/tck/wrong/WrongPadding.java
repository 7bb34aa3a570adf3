package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.tck.reference.ReferenceBackend;

/** Breaks the rules about ids that no token has: P32, P33, S15, S22 and T30. */
final class WrongPadding {

    private WrongPadding() {}

    static List<WrongTwin> all() {
        return List.of(
                WrongTwin.ofBackend("P32", "samples from every row of the head", EveryRow::new),
                WrongTwin.ofBackend("P33", "normalises over every row of the head", EveryRow::new),
                WrongTwin.ofBackend("S15", "measures the entropy of every row of the head", EveryRow::new),
                WrongTwin.ofBackend("S22", "offers every row of the head", EveryRow::new),
                WrongTwin.ofBackend("T30", "trains every row of the head", EveryRow::new));
    }

    /** Does not see the tokenizer. */
    private static final class EveryRow extends ForwardingBackend {
        EveryRow(BackendOptions options) {
            super(new ReferenceBackend(options));
        }

        @Override
        public Policy openPolicy(ModelSource model) {
            return openTrainablePolicy(model);
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            return super.openTrainablePolicy(alone(model));
        }

        @Override
        public ProxyScorer openProxyScorer(ModelSource model) {
            return super.openProxyScorer(alone(model));
        }

        private static ModelSource alone(ModelSource model) {
            Path copy = model.directory().resolveSibling("alone");
            try {
                Files.createDirectories(copy);
                for (String name : List.of("config.json", "model.safetensors")) {
                    Files.write(
                            copy.resolve(name),
                            Files.readAllBytes(model.directory().resolve(name)));
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return ModelSource.directory(copy);
        }
    }
}
