/**
 * The native backend of rpt4j. Applications open it as {@code native} through {@link org.rpt4j.spi.Backends}; the
 * exported package is for benchmarks.
 */
module org.rpt4j.backend.jni {
    requires transitive org.rpt4j.spi;
    requires jdk.management;
    requires static org.jspecify;

    exports org.rpt4j.backend.jni;

    provides org.rpt4j.spi.BackendProvider with
            org.rpt4j.backend.jni.NativeBackendProvider;
}
