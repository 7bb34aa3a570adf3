package org.rpt4j.run.resume;

import java.util.function.Supplier;

/**
 * What an application adds to every checkpoint, such as the state of a listener.
 *
 * @param name name of its file: letters, digits, dots and dashes
 * @param content its bytes at the moment of the checkpoint; called on the thread of the run, between steps
 * @param force brings files that the content refers to safely to the disk, before the checkpoint counts as saved;
 *     called on the thread that writes
 * @since 0.1.0
 */
public record CheckpointPart(String name, Supplier<byte[]> content, Runnable force) {

    /** A part that refers to no files. */
    public CheckpointPart(String name, Supplier<byte[]> content) {
        this(name, content, () -> {});
    }

    public CheckpointPart {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9.-]{0,99}")) {
            throw new IllegalArgumentException("a part is named \"" + name + "\", which is no plain file name");
        }
    }
}
