package org.rpt4j.backend.jni;

/** Whether this build has a native library; it has one wherever cmake and a C++ compiler are installed. */
final class Library {

    static final String BUILT = "org.rpt4j.backend.jni.Library#isBuilt";

    private Library() {}

    /** Whether the file exists; the tests find out whether it loads. */
    static boolean isBuilt() {
        return System.getProperty(NativeLibraries.PROPERTY) != null
                || Library.class.getClassLoader().getResource(Platform.current().resource(NativeLibraries.VERSION))
                        != null;
    }
}
