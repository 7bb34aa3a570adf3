package org.rpt4j.core.phase;

/** Whether this runtime can record JFR events; a custom runtime image may lack the module. */
final class JfrSupport {

    static final boolean AVAILABLE = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private JfrSupport() {}
}
