package org.rpt4j.backend.jni;

/** Whether this build has a native library, which it has wherever there are cmake and a C++ compiler. */
final class Library {

    static final String BUILT = "org.rpt4j.backend.jni.Library#isBuilt";

    private Library() {}

    /** The file is there; whether it loads is for the tests to find out. */
    static boolean isBuilt() {
        return System.getProperty(NativeLibraries.PROPERTY) != null
                || Library.class.getClassLoader().getResource(Platform.current().resource(NativeLibraries.VERSION))
                        != null;
    }
}
