package org.rpt4j.tck;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.rpt4j.api.Backend;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.ModelSource;

/**
 * A role that a backend declares, for rules that apply to every role.
 *
 * @param name name used in messages
 * @param open opens a model in this role and returns a supplier of its description
 */
record DeclaredRole(String name, Supplier<Supplier<ModelDescription>> open) {

    /** Returns the roles that a backend declares, each ready to open a source. */
    static List<DeclaredRole> of(Backend backend, ModelSource source) {
        Set<Capability> declared = backend.capabilities();
        List<DeclaredRole> roles = new ArrayList<>();
        if (declared.contains(Capability.GENERATE) || declared.contains(Capability.LOG_PROBS)) {
            roles.add(new DeclaredRole("policy", () -> backend.openPolicy(source)::description));
        }
        if (declared.contains(source.adapter().isPresent() ? Capability.ADAPT : Capability.TRAIN)) {
            roles.add(new DeclaredRole("trainable policy", () -> backend.openTrainablePolicy(source)::description));
        }
        if (declared.contains(Capability.SCORE)) {
            roles.add(new DeclaredRole("proxy scorer", () -> backend.openProxyScorer(source)::description));
        }
        return roles;
    }
}
