package org.rpt4j.backend.jni;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Workload;

/** What a model was opened as. */
enum Role {
    POLICY("policy"),
    TRAINABLE_POLICY("trainable policy"),
    SCORER("scorer");

    private final String label;

    Role(String label) {
        this.label = label;
    }

    /** Whether a model of that source trains its adapter alone. */
    boolean adapts(ModelSource source) {
        return this == TRAINABLE_POLICY && source.adapter().isPresent();
    }

    /** The role of a model that does all of this work. */
    static Role of(List<Workload> work) {
        Set<Capability> operations = work.stream().map(Workload::operation).collect(Collectors.toSet());
        return operations.contains(Capability.TRAIN)
                ? TRAINABLE_POLICY
                : operations.contains(Capability.SCORE) ? SCORER : POLICY;
    }

    @Override
    public String toString() {
        return label;
    }
}
