package org.rpt4j.run.resume;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.rollout.GradedGroup;
import org.rpt4j.core.train.PassRates;
import org.rpt4j.core.train.TrainerState;
import org.rpt4j.model.format.JsonFields;

/** The state of a trainer as two JSON files: the pass rates of all tasks, which may be many, and everything else. */
final class TrainerStateFile {

    static final String STATE = "trainer.json";
    static final String PASS_RATES = "pass-rates.json";

    private static final int MAX_BYTES = 1 << 30;

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
        PassRates rates = passRates(directory.resolve(PASS_RATES));
        return fromJson(JsonFields.read(directory.resolve(STATE), MAX_BYTES, CheckpointException::new), rates);
    }

    private static PassRates passRates(Path file) {
        try {
            return PassRates.load(file);
        } catch (StorageException e) {
            throw new CheckpointException(e.getMessage(), e);
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

    private static TrainerState fromJson(JsonFields json, PassRates rates) {
        List<GradedGroup> carried =
                json.list("carried").stream().map(GroupJson::read).toList();
        JsonFields validation = json.nested("validation");
        long bestStep = validation.whole("bestStep");
        if (bestStep < -1) {
            throw validation.refuse("bestStep", "a step, or -1 for none");
        }
        return new TrainerState(
                json.count("nextStep"),
                json.count("updates"),
                json.count("emptySteps"),
                json.count("numericalSkips"),
                json.integer("passTokens", 0),
                new TrainerState.SupplyState(rates, carried, json.integer("starvedSteps", 0)),
                new TrainerState.ValidationState(
                        bestStep,
                        validation.real("best"),
                        validation.integer("withoutImprovement", 0),
                        // Older checkpoints do not say so.
                        validation.contains("owed") && validation.flag("owed")));
    }
}
