package org.rpt4j.backend.jni;

/** What a model was opened as. */
enum Role {
    POLICY("policy"),
    TRAINABLE_POLICY("trainable policy"),
    SCORER("scorer");

    private final String label;

    Role(String label) {
        this.label = label;
    }

    @Override
    public String toString() {
        return label;
    }
}
