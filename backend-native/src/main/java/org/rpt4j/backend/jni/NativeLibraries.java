package org.rpt4j.backend.jni;

import java.util.List;
import org.rpt4j.spi.Availability;

/** Which native libraries a class loader offers. */
final class NativeLibraries {

    private static final List<Platform> KNOWN = List.of(
            Platform.of("Linux", "x86_64"),
            Platform.of("Linux", "aarch64"),
            Platform.of("Mac OS X", "aarch64"),
            Platform.of("Windows", "x86_64"));

    private NativeLibraries() {}

    /** Looks the library of a platform up, and says what was looked for and what is there. */
    static Availability.Unavailable lookUp(ClassLoader loader, Platform platform) {
        if (loader.getResource(platform.resource()) != null) {
            return new Availability.Unavailable(
                    platform.resource() + " is on the class path, but this version of rpt4j-backend-native cannot load"
                            + " it: it contains no binding yet. Use another backend, such as djl.",
                    null);
        }
        List<String> packaged = KNOWN.stream()
                .filter(known -> loader.getResource(known.resource()) != null)
                .map(Platform::name)
                .toList();
        return new Availability.Unavailable(
                "no native library " + platform.resource() + " is packaged with this version; packaged: "
                        + (packaged.isEmpty() ? "none" : String.join(", ", packaged))
                        + ". Use another backend, such as djl.",
                null);
    }
}
