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
 * What an {@link HealthWatch} remembers between two steps. A run that continues from it raises and clears the warnings
 * that it would have raised and cleared without the interruption. Plain finite numbers, a window of them for each check.
 *
 * @param rules what is remembered for each check; one without an entry begins anew
 */
public record HealthState(Map<HealthCheck, RuleState> rules) {

    /** Name of the {@link org.rpt4j.run.resume.CheckpointPart} that holds it in a checkpoint. */
    public static final String PART = "health.json";

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    /** Nothing has been seen. */
    public static final HealthState NEW = new HealthState(Map.of());

    public HealthState {
        Map<HealthCheck, RuleState> copy = new EnumMap<>(HealthCheck.class);
        copy.putAll(rules);
        rules = Collections.unmodifiableMap(copy);
    }

    /** As JSON. */
    public byte[] toJson() {
        try {
            return JSON.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws CheckpointException if it is none
     */
    public static HealthState parse(byte[] json) {
        try {
            @Nullable HealthState state = JSON.readValue(json, HealthState.class);
            if (state == null) {
                throw new CheckpointException("this is no state of the health checks: it holds null");
            }
            return state;
        } catch (IOException e) {
            throw new CheckpointException("this is no state of the health checks: " + e.getMessage(), e);
        }
    }
}
