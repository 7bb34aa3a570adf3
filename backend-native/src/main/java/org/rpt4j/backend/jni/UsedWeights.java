package org.rpt4j.backend.jni;

/** The weights of a model that a call computes with; the engine knows them by the same names. */
enum UsedWeights {
    /** Those that training changes, over frozen ones if there is an adapter. */
    TRAINED,
    /** The frozen ones alone, with an adapter left out. */
    FROZEN,
    /** As {@link #TRAINED}, with every product of a matrix rounded to 8 bits. */
    ROUNDED
}
