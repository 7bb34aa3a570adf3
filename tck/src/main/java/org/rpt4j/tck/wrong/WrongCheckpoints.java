package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.tck.reference.ReferenceBackend;

/** Breaks the rules B9 to B12. */
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
                        e -> new ModelFormatException("cannot open the model", e)));
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
