package org.rpt4j.run.health;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CheckpointException;

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

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

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
        try {
            @Nullable HealthState state = JSON.readValue(json, HealthState.class);
            if (state == null) {
                throw new CheckpointException("invalid state of the health checks: it holds null");
            }
            return state;
        } catch (IOException e) {
            throw new CheckpointException("invalid state of the health checks: " + e.getMessage(), e);
        }
    }
}
