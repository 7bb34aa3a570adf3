package org.rpt4j.run.resume;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainerState;

/** The state of a trainer as two JSON files: the pass rates of all tasks, which may be many, and everything else. */
final class TrainerStateFile {

    static final String STATE = "trainer.json";
    static final String PASS_RATES = "pass-rates.json";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    private TrainerStateFile() {}

    static void write(Path directory, TrainerState state) throws IOException {
        state.supply().passRates().save(directory.resolve(PASS_RATES));
        JSON.writeValue(directory.resolve(STATE).toFile(), toJson(state));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws CheckpointException if it is not of this form
     */
    static TrainerState read(Path directory) {
        PassRates rates = PassRates.load(directory.resolve(PASS_RATES));
        Path file = directory.resolve(STATE);
        try {
            return fromJson(JSON.readTree(file.toFile()), rates);
        } catch (IOException | IllegalArgumentException e) {
            throw new CheckpointException(file + " is not a trainer state: " + e.getMessage(), e);
        }
    }

    private static ObjectNode toJson(TrainerState state) {
        ObjectNode json = JSON.createObjectNode()
                .put("nextStep", state.nextStep())
                .put("updates", state.updates())
                .put("emptySteps", state.emptySteps())
                .put("numericalSkips", state.numericalSkips())
                .put("passTokens", state.passTokens())
                .put("starvedSteps", state.supply().starvedSteps());
        TrainerState.ValidationState validation = state.validation();
        json.putObject("validation")
                .put("bestStep", validation.bestStep())
                .put("best", validation.best())
                .put("withoutImprovement", validation.withoutImprovement())
                .put("owed", validation.owed());
        ArrayNode carried = json.putArray("carried");
        state.supply().carried().forEach(group -> carried.add(GroupJson.write(group)));
        return json;
    }

    private static TrainerState fromJson(JsonNode json, PassRates rates) {
        List<GradedGroup> carried = new ArrayList<>();
        JsonFields.array(json, "carried").forEach(group -> carried.add(GroupJson.read(group)));
        JsonNode validation = JsonFields.field(json, "validation");
        return new TrainerState(
                JsonFields.whole(json, "nextStep"),
                JsonFields.whole(json, "updates"),
                JsonFields.whole(json, "emptySteps"),
                JsonFields.whole(json, "numericalSkips"),
                JsonFields.index(json, "passTokens"),
                new TrainerState.SupplyState(rates, carried, JsonFields.index(json, "starvedSteps")),
                new TrainerState.ValidationState(
                        JsonFields.whole(validation, "bestStep"),
                        JsonFields.real(JsonFields.field(validation, "best")),
                        JsonFields.index(validation, "withoutImprovement"),
                        validation.path("owed").asBoolean()));
    }
}
