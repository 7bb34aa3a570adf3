package org.rpt4j.backend.jni;

import java.util.Locale;

/**
 * Operating system and processor as the paths of native libraries spell them.
 *
 * @param name such as {@code linux-x86_64}
 * @param prefix of a library's file name
 * @param suffix of a library's file name
 */
record Platform(String name, String prefix, String suffix) {

    /** The platform of this process. */
    static Platform current() {
        return of(System.getProperty("os.name"), System.getProperty("os.arch"));
    }

    /**
     * The platform of a JVM that reports these properties. An unknown system or processor keeps its own name, for error
     * messages to show.
     */
    static Platform of(String osName, String osArch) {
        String os = osName.toLowerCase(Locale.ROOT);
        String arch = switch (osArch.toLowerCase(Locale.ROOT)) {
            case "amd64", "x86_64", "x86-64" -> "x86_64";
            case "aarch64", "arm64" -> "aarch64";
            default -> osArch.toLowerCase(Locale.ROOT);
        };
        if (os.startsWith("windows")) {
            return new Platform("windows-" + arch, "", ".dll");
        }
        if (os.startsWith("mac")) {
            return new Platform("osx-" + arch, "lib", ".dylib");
        }
        return new Platform(os.replace(' ', '_') + "-" + arch, "lib", ".so");
    }

    /** File name of the library of a version, such as {@code librpt4j-1.0.0.so}. */
    String library(String version) {
        return prefix + "rpt4j-" + version + suffix;
    }

    /** Where the library of a version is looked up on the class path. */
    String resource(String version) {
        return "META-INF/native/" + name + "/" + library(version);
    }
}
