package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.tck.TinyModel;
import org.rpt4j.tck.reference.ReferenceBackend;

/** Breaks the rules B9 to B12 and B14 to B16. */
final class WrongCheckpoints {

    private WrongCheckpoints() {}

    static List<WrongTwin> all() {
        return List.of(
                ofError(
                        "B9",
                        "lets the file system error through",
                        e -> new UncheckedIOException(new IOException(e.getMessage(), e))),
                ofError(
                        "B10",
                        "reports damage as a programming error",
                        e -> new IllegalArgumentException(e.getMessage(), e)),
                ofError(
                        "B11",
                        "passes on whatever error its engine throws",
                        e -> new BackendFailureException(e.getMessage(), e)),
                ofError(
                        "B12",
                        "does not say what it cannot read",
                        e -> new ModelFormatException("cannot open the model", e)),
                WrongTwin.ofBackend("B14", "drops a stored head without a look", DroppingHead::new),
                WrongTwin.ofBackend("B15", "looks for the embedding under one name", OneName::new),
                WrongTwin.ofBackend("B16", "ignores settings that it does not know", IgnoringSettings::new));
    }

    private static final class DroppingHead extends ForwardingBackend {
        DroppingHead(BackendOptions options) {
            super(new ReferenceBackend(options));
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            try {
                return super.openTrainablePolicy(model);
            } catch (ModelFormatException e) {
                // What remains without the head of the check.
                return super.openTrainablePolicy(
                        TinyModel.LLAMA.write(model.directory().resolveSibling("dropped")));
            }
        }
    }

    private static final class OneName extends ForwardingBackend {
        OneName(BackendOptions options) {
            super(new ReferenceBackend(options));
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            try (SafetensorsFile file = SafetensorsFile.open(model.directory().resolve("model.safetensors"))) {
                if (!file.tensors().containsKey("model.embed_tokens.weight")) {
                    throw new ModelFormatException("there is no embedding");
                }
            }
            return super.openTrainablePolicy(model);
        }
    }

    private static final class IgnoringSettings extends ForwardingBackend {
        IgnoringSettings(BackendOptions options) {
            super(new ReferenceBackend(options));
        }

        @Override
        public TrainablePolicy openTrainablePolicy(ModelSource model) {
            return super.openTrainablePolicy(
                    model.accepting(List.of("is_causal", "logit_scale", "attention_window", "rope_parameters")));
        }
    }

    private static WrongTwin ofError(
            String rule, String mistake, Function<ModelFormatException, RuntimeException> change) {
        return WrongTwin.ofBackend(rule, mistake, options -> new ForwardingBackend(new ReferenceBackend(options)) {
            @Override
            public TrainablePolicy openTrainablePolicy(ModelSource model) {
                try {
                    return super.openTrainablePolicy(model);
                } catch (ModelFormatException e) {
                    throw change.apply(e);
                }
            }
        });
    }
}
