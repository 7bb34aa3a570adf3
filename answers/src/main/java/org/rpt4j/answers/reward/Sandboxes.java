package org.rpt4j.answers.reward;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.rpt4j.spi.Availability;

/** The sandboxes of the application by name. */
final class Sandboxes {

    private static final String HOW = "Implement " + CodeSandbox.class.getName()
            + " and name the class in META-INF/services/" + CodeSandbox.class.getName() + " on the class path.";

    private final Map<String, CodeSandbox> byName = new TreeMap<>();

    Sandboxes(List<CodeSandbox> found) {
        for (CodeSandbox sandbox : found) {
            CodeSandbox other = byName.putIfAbsent(sandbox.name(), sandbox);
            if (other != null && other.getClass() != sandbox.getClass()) {
                throw new IllegalArgumentException("Sandbox \"" + sandbox.name() + "\" is claimed by "
                        + other.getClass().getName() + " and "
                        + sandbox.getClass().getName() + ". Remove all but one from the class path.");
            }
        }
    }

    static Sandboxes discover() {
        return new Sandboxes(Services.all(CodeSandbox.class));
    }

    Availability availability() {
        return byName.isEmpty()
                ? new Availability.Unavailable("no sandbox runs programs here. " + HOW, null)
                : new Availability.Available("sandboxes: " + String.join(", ", byName.keySet()));
    }

    /** The sandbox of a name, or the only one if the name is empty. */
    CodeSandbox named(String name) {
        CodeSandbox sandbox = name.isEmpty() && byName.size() == 1
                ? byName.values().iterator().next()
                : byName.get(name);
        if (sandbox == null) {
            throw new IllegalArgumentException(
                    (name.isEmpty() ? "there are several sandboxes" : "no sandbox is named \"" + name + "\"")
                            + "; available: " + (byName.isEmpty() ? "none. " + HOW : String.join(", ", byName.keySet()))
                            + (byName.isEmpty() ? "" : ". Set the option \"sandbox\"."));
        }
        return sandbox;
    }
}
