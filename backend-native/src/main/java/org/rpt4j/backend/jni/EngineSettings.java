package org.rpt4j.backend.jni;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.spi.kit.AvailableMemory;

/**
 * Engine settings that applications give as system properties.
 *
 * @param budget bytes for models, activations and caches together, and where that comes from: {@value #MEMORY}, a
 *     number with an optional k, m or g; by default three quarters of the memory that the machine or the container has
 *     left when the backend is opened
 * @param instructionSet from {@value #INSTRUCTIONS}: one that the processor supports; by default the fastest
 * @param int8 from {@value #INT8}: the roles that use 8-bit weights, whatever the requested precision; by default
 *     none
 */
record EngineSettings(AvailableMemory budget, @Nullable String instructionSet, Set<Role> int8) {

    static final String MEMORY = "rpt4j.native.memory";
    static final String INSTRUCTIONS = "rpt4j.native.isa";
    static final String INT8 = "rpt4j.native.int8";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})([kmgKMG]?)");

    /**
     * The settings of this process.
     *
     * @throws BackendUnavailableException if a property cannot be read
     */
    static EngineSettings read() {
        return new EngineSettings(
                budget(System.getProperty(MEMORY)), System.getProperty(INSTRUCTIONS), int8(System.getProperty(INT8)));
    }

    /** Reads the roles that use 8-bit weights. A trainable policy cannot: it must sample from the weights it trains. */
    static Set<Role> int8(@Nullable String text) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String name : text == null ? new String[0] : text.split(",", -1)) {
            roles.add(Arrays.stream(Role.values())
                    .filter(role ->
                            role != Role.TRAINABLE_POLICY && role.toString().equals(name.strip()))
                    .findFirst()
                    .orElseThrow(() -> new BackendUnavailableException("the system property " + INT8 + " is \"" + text
                            + "\", expected " + Role.POLICY + ", " + Role.SCORER + " or both, separated by a comma. A "
                            + Role.TRAINABLE_POLICY + " cannot use 8-bit weights: it must sample from"
                            + " the weights it trains.")));
        }
        return Set.copyOf(roles);
    }

    static AvailableMemory budget(@Nullable String text) {
        if (text == null) {
            AvailableMemory left = AvailableMemory.find().orElseGet(EngineSettings::installed);
            return new AvailableMemory(
                    left.bytes() / 4 * 3, "three quarters of " + (left.bytes() >> 20) + " MiB, " + left.source());
        }
        Matcher size = SIZE.matcher(text.strip());
        if (!size.matches()) {
            throw new BackendUnavailableException("the system property " + MEMORY + " is \"" + text
                    + "\", expected a number of bytes with an optional k, m or g, such as 4g");
        }
        int shift = switch (size.group(2)) {
            case "k", "K" -> 10;
            case "m", "M" -> 20;
            case "g", "G" -> 30;
            default -> 0;
        };
        long number = Long.parseLong(size.group(1));
        return new AvailableMemory(
                number > Long.MAX_VALUE >> shift ? Long.MAX_VALUE : number << shift, "system property " + MEMORY);
    }

    private static AvailableMemory installed() {
        long bytes = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        return new AvailableMemory(bytes, "the memory of the machine");
    }

    /** Threads to start for a requested number; 0 means one per processor. */
    int threads(int asked) {
        return asked > 0 ? asked : Runtime.getRuntime().availableProcessors();
    }

    /** Opens an engine; 0 threads means one per processor. */
    EngineHandle open(int threads) {
        try {
            return new EngineHandle(
                    NativeEngine.openEngine(threads(threads), instructionSet, budget.bytes(), budget.source()));
        } catch (IllegalArgumentException e) {
            throw new BackendUnavailableException(
                    "the system property " + INSTRUCTIONS + " is \"" + instructionSet + "\": " + e.getMessage(), e);
        }
    }
}
