package org.rpt4j.spark;

import java.util.concurrent.TimeUnit;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.BackendNotFoundException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.ModelFormatException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.api.error.UnsupportedCapabilityException;

/**
 * What an executor sends back for a chunk.
 *
 * @param index of the chunk
 * @param executor its name and host, for messages
 * @param fingerprint what the bits of the answer depend on
 * @param millis time that the model took
 * @param fetchedBytes of files that the executor fetched for it
 * @param answers what the operation wrote
 */
record Answer(int index, String executor, String fingerprint, long millis, long fetchedBytes, WireReader answers) {

    /** The bytes of an answer. */
    static byte[] of(int index, String executor, Computed computed) {
        return new WireWriter()
                .whole(index)
                .text(executor)
                .flag(true)
                .text(computed.fingerprint())
                .wholeLong(TimeUnit.NANOSECONDS.toMillis(computed.nanos()))
                .wholeLong(computed.fetchedBytes())
                .raw(computed.answers())
                .bytes();
    }

    /** The bytes of an error that every executor would have. */
    static byte[] failed(int index, String executor, RuntimeException error, String remedy) {
        return new WireWriter()
                .whole(index)
                .text(executor)
                .flag(false)
                .text(error.getClass().getSimpleName())
                .text(error.getMessage() + remedy)
                .bytes();
    }

    /**
     * Reads an answer.
     *
     * @throws RuntimeException the executor's error, of the same type, with its name in the message
     */
    static Answer read(byte[] bytes) {
        WireReader wire = new WireReader(bytes);
        int index = wire.whole();
        String executor = wire.text();
        if (!wire.flag()) {
            throw error(wire.text(), wire.text() + " [" + executor + "]");
        }
        return new Answer(index, executor, wire.text(), wire.wholeLong(), wire.wholeLong(), new WireReader(wire.raw()));
    }

    private static RuntimeException error(String type, String message) {
        return switch (type) {
            case "IllegalArgumentException" -> new IllegalArgumentException(message);
            case "BackendMemoryException" -> new BackendMemoryException(message);
            case "BackendNotFoundException" -> new BackendNotFoundException(message);
            case "BackendUnavailableException" -> new BackendUnavailableException(message);
            case "CheckpointException" -> new CheckpointException(message);
            case "CorpusException" -> new CorpusException(message);
            case "ContextOverflowException" -> new ContextOverflowException(message);
            case "DeviceUnavailableException" -> new DeviceUnavailableException(message);
            case "ModelFormatException" -> new ModelFormatException(message);
            case "NumericalException" -> new NumericalException(message);
            case "TokenizerException" -> new TokenizerException(message);
            case "UnsupportedCapabilityException" -> new UnsupportedCapabilityException(message);
            default -> new BackendFailureException(message);
        };
    }
}
