package org.rpt4j.model.format;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.Map;
import java.util.Optional;

/** The stored weights of a checkpoint by their Hugging Face names, whatever files they lie in. */
interface TensorFiles extends AutoCloseable {

    Map<String, TensorInfo> tensors();

    /** Returns the name that the files have for a weight. */
    String nameInFile(String name);

    /** Returns the type in which the files store a tensor; empty if they do not have it. */
    Optional<String> storedType(String name);

    /** Reads a weight as {@link Checkpoint#read} does. */
    void read(String name, FloatBuffer target);

    /** Reads as many elements of a tensor as fit into {@code target}, from element {@code first} on. */
    void readPart(String name, long first, FloatBuffer target);

    /**
     * Returns the type in which the elements of a tensor lie in a file end to end, to be read by {@link #readStored};
     * empty if they must be computed.
     */
    default Optional<DType> plainType(String name) {
        return Optional.empty();
    }

    /** Reads the bytes of a tensor as they are stored, from element {@code first} on, until {@code target} is full. */
    default void readStored(String name, long first, ByteBuffer target) {
        throw new UnsupportedOperationException(name + " is not stored as its elements");
    }

    @Override
    void close();
}
