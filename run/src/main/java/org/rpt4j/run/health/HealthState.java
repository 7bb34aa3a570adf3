package org.rpt4j.run.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.model.format.JsonFields;

/**
 * The state of a {@link HealthWatch} between two steps. A run that resumes from it raises and clears the same warnings
 * as an uninterrupted run. Holds finite numbers only, one window for each check.
 *
 * @param rules state of each check; a check without an entry starts anew
 * @since 0.1.0
 */
public record HealthState(Map<HealthCheck, RuleState> rules) {

    /** Name of the {@link org.rpt4j.run.resume.CheckpointPart} that stores the state in a checkpoint. */
    public static final String PART = "health.json";

    private static final ObjectMapper JSON = JsonMapper.builder().build();

    /** The state of a new run. */
    public static final HealthState NEW = new HealthState(Map.of());

    public HealthState {
        Map<HealthCheck, RuleState> copy = new EnumMap<>(HealthCheck.class);
        copy.putAll(rules);
        rules = Collections.unmodifiableMap(copy);
    }

    /** Returns the state as JSON. */
    public byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Parses the output of {@link #toJson}.
     *
     * @throws CheckpointException if the text is not a state
     */
    public static HealthState parse(byte[] json) {
        JsonFields rules = JsonFields.parse(json, PART, HealthState::invalid).nested("rules");
        Map<HealthCheck, RuleState> states = new EnumMap<>(HealthCheck.class);
        for (String name : rules.names()) {
            JsonFields rule = rules.nested(name);
            HealthCheck check = rules.make(() -> HealthCheck.valueOf(name));
            states.put(
                    check,
                    new RuleState(
                            Arrays.stream(rule.numbers("recent")).boxed().toList(),
                            rule.number("level"),
                            // Older checkpoints have no second sign.
                            rule.contains("besideRecent")
                                    ? Arrays.stream(rule.numbers("besideRecent"))
                                            .boxed()
                                            .toList()
                                    : List.of(),
                            rule.contains("besideLevel") ? rule.number("besideLevel") : 0,
                            rule.flag("raised"),
                            rule.integer("quietSteps", 0)));
        }
        return new HealthState(states);
    }

    private static CheckpointException invalid(String message, @Nullable Throwable cause) {
        return new CheckpointException("invalid state of the health checks: " + message, cause);
    }
}
