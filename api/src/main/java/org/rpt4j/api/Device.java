package org.rpt4j.api;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Where a backend computes. The choice is explicit: requesting a missing device is an error.
 *
 * @param kind CPU or CUDA
 * @param index zero-based device number; always 0 for the CPU
 * @since 0.1.0
 */
public record Device(Kind kind, int index) {

    /** The kinds of device. */
    public enum Kind {
        /** The host processor. */
        CPU,
        /** An NVIDIA GPU. */
        CUDA
    }

    /** The host processor. */
    public static final Device CPU = new Device(Kind.CPU, 0);

    private static final Pattern CUDA_NAME = Pattern.compile("cuda(?::(\\d{1,3}))?");

    public Device {
        if (index < 0 || (kind == Kind.CPU && index != 0)) {
            throw new IllegalArgumentException("index is " + index + " for device kind " + kind);
        }
    }

    /** The {@code index}-th NVIDIA GPU. */
    public static Device cuda(int index) {
        return new Device(Kind.CUDA, index);
    }

    /**
     * Reads {@code cpu}, {@code cuda} or {@code cuda:N}.
     *
     * @throws IllegalArgumentException for any other text
     */
    public static Device parse(String text) {
        String name = text.strip().toLowerCase(Locale.ROOT);
        if (name.equals("cpu")) {
            return CPU;
        }
        var cuda = CUDA_NAME.matcher(name);
        if (!cuda.matches()) {
            throw new IllegalArgumentException("\"" + text + "\" is not a device. Use cpu, cuda or cuda:N.");
        }
        return cuda(cuda.group(1) == null ? 0 : Integer.parseInt(cuda.group(1)));
    }

    @Override
    public String toString() {
        return kind == Kind.CPU ? "cpu" : "cuda:" + index;
    }
}
