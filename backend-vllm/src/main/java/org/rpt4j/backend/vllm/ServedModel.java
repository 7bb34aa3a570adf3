package org.rpt4j.backend.vllm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.Printable;
import org.rpt4j.spi.http.Endpoint;

/**
 * The model that a server has, from {@code GET /v1/models}.
 *
 * @param id the name to ask for
 * @param contextLength {@code max_model_len}: tokens of a prompt and its completion together
 * @param root where the server loaded it from; empty if it does not say so
 * @param parent the model that an adapter belongs to; empty if it is none
 */
record ServedModel(String id, int contextLength, String root, String parent) {

    private static final long MAX_BYTES = 4 << 20;
    private static final int SHOWN = 1000;

    /**
     * Asks the server.
     *
     * @throws ModelFormatException if it does not have the model, or has several and none is named
     */
    static ServedModel find(Endpoint server, VllmSettings settings) {
        JsonNode answer = Answers.parse(server, settings, server.await(server.get("/v1/models", MAX_BYTES)));
        List<String> names = new ArrayList<>();
        for (JsonNode model : answer.path("data")) {
            String id = model.path("id").asText("");
            names.add(id);
            if (settings.model() == null ? answer.path("data").size() == 1 : id.equals(settings.model())) {
                JsonNode length = model.path("max_model_len");
                if (!length.canConvertToInt() || length.intValue() < 2) {
                    throw new ModelFormatException("the server " + settings.url() + " says max_model_len " + length
                            + " for the model \"" + id + "\", expected a number of tokens, at least 2");
                }
                return new ServedModel(
                        id,
                        length.intValue(),
                        model.path("root").asText(""),
                        model.path("parent").asText(""));
            }
        }
        throw new ModelFormatException("the server " + settings.url() + " has the models " + names + ", and "
                + (settings.model() == null
                        ? "none is named. Set rpt4j.vllm.model to one of them."
                        : "rpt4j.vllm.model asks for \"" + settings.model() + "\"."));
    }

    /** What the server tells of the weights, in one line. */
    String identity() {
        return "served as " + shown(id)
                + (root.isEmpty() ? "" : " from " + shown(root))
                + (parent.isEmpty() ? "" : " over " + shown(parent));
    }

    private static String shown(String text) {
        return Printable.line(text.substring(0, Math.min(text.length(), SHOWN)));
    }
}
