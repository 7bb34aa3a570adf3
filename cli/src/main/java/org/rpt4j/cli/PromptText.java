package org.rpt4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.StorageException;

/** A text from standard input. */
final class PromptText {

    private static final int MOST_BYTES = 4 << 20;

    private PromptText() {}

    /**
     * Reads a stream to its end. A read cannot be interrupted, so that a daemon thread does it and this one waits.
     *
     * @throws StorageException if it cannot be read, is longer than 4 MiB, or is no UTF-8
     * @throws OperationCancelledException if the thread is interrupted
     */
    static String read(InputStream in) {
        FutureTask<byte[]> reading = new FutureTask<>(() -> in.readNBytes(MOST_BYTES + 1));
        Thread reader = new Thread(reading, "rpt4j-standard-input");
        reader.setDaemon(true);
        reader.start();
        try {
            byte[] bytes = reading.get();
            if (bytes.length > MOST_BYTES) {
                throw new StorageException("Standard input has more than " + MOST_BYTES
                        + " bytes, far more than a context window. Give a shorter text.");
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OperationCancelledException("waiting for standard input was interrupted", e);
        } catch (CharacterCodingException e) {
            throw new StorageException("Standard input is not valid UTF-8. Convert the text to UTF-8.", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw new StorageException("Standard input cannot be read: " + cause, cause);
            }
            throw new IllegalStateException(e.getCause());
        }
    }
}
