package org.rpt4j.backend.vllm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.ModelFormatException;

/**
 * The model that a server has, from {@code GET /v1/models}.
 *
 * @param id the name to ask for
 * @param contextLength {@code max_model_len}: tokens of a prompt and its completion together
 */
record ServedModel(String id, int contextLength) {

    private static final long MAX_BYTES = 4 << 20;

    /**
     * Asks the server.
     *
     * @throws ModelFormatException if it does not have the model, or has several and none is named
     */
    static ServedModel find(Server server, VllmSettings settings) {
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
                return new ServedModel(id, length.intValue());
            }
        }
        throw new ModelFormatException("the server " + settings.url() + " has the models " + names + ", and "
                + (settings.model() == null
                        ? "none is named. Set rpt4j.vllm.model to one of them."
                        : "rpt4j.vllm.model asks for \"" + settings.model() + "\"."));
    }
}
