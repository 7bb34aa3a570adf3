/** The native backend of rpt4j: found as {@code native} through {@link org.rpt4j.spi.Backends}. */
module org.rpt4j.backend.jni {
    requires org.rpt4j.spi;
    requires jdk.management;
    requires static org.jspecify;

    provides org.rpt4j.spi.BackendProvider with
            org.rpt4j.backend.jni.NativeBackendProvider;
}
