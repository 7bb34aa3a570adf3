package org.rpt4j.backend.djl;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.Precision;
import org.rpt4j.backend.djl.torchscript.DecoderScript;
import org.rpt4j.model.format.AbsentTokens;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;

/**
 * The programs of a backend, one per model shape: a policy, its proxy and its reference compile once. Confined to the
 * engine thread.
 */
final class Scripts implements AutoCloseable {

    private final NDManager manager;
    private final Precision precision;
    private final Map<Shape, Script> byShape = new HashMap<>();

    private record Shape(ModelConfig config, AbsentTokens absentTokens, Optional<LoraOptions> adapter) {}

    Scripts(NDManager manager, Precision precision) {
        this.manager = manager;
        this.precision = precision;
    }

    Script of(ModelConfig config, AbsentTokens absentTokens, Optional<LoraOptions> adapter) throws IOException {
        Shape shape = new Shape(config, absentTokens, adapter);
        Script script = byShape.get(shape);
        if (script == null) {
            script = new Script(manager, DecoderScript.archive(config, absentTokens, precision, adapter.orElse(null)));
            byShape.put(shape, script);
        }
        return script;
    }

    @Override
    public void close() {
        byShape.values().forEach(Script::close);
        manager.close();
    }
}
