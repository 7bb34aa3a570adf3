package org.rpt4j.core.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.api.error.CheckpointException;

/**
 * How far a recording had come at a moment; what is behind it is recorded again by a run that continues from there.
 *
 * @param bytes length of every file of the recording, by name
 * @param steps steps done
 * @param seconds seconds spent
 * @param flops floating point operations spent
 */
public record RecordingPosition(Map<String, Long> bytes, long steps, double seconds, double flops) {

    /** Name of the {@link org.rpt4j.core.checkpoint.CheckpointPart} that holds it in a checkpoint. */
    public static final String PART = "recording.json";

    /** Before the first record. */
    public static final RecordingPosition START = new RecordingPosition(Map.of(), 0, 0, 0);

    public RecordingPosition {
        bytes = Collections.unmodifiableMap(new TreeMap<>(bytes));
        if (bytes.values().stream().anyMatch(length -> length < 0) || steps < 0) {
            throw new IllegalArgumentException("a position is negative: " + bytes + ", step " + steps);
        }
    }

    /** As JSON. */
    public byte[] toJson() {
        try {
            return RunJson.MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The inverse of {@link #toJson}.
     *
     * @throws CheckpointException if it is none
     */
    public static RecordingPosition parse(byte[] json) {
        try {
            return RunJson.MAPPER.readValue(json, RecordingPosition.class);
        } catch (IOException e) {
            throw new CheckpointException("this is no position of a recording: " + e.getMessage(), e);
        }
    }
}
