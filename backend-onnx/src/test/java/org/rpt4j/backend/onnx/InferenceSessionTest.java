package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnxruntime.OrtException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendMemoryException;

/** Errors of ONNX Runtime as errors of this library. */
class InferenceSessionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Exception during initialization: std::bad_alloc",
                "bfc_arena.cc: Failed to allocate memory for requested buffer of size 17179869184",
                "Available memory of 1048576 is smaller than requested bytes of 2097152",
                "CUDA failure 2: out of memory"
            })
    void aLackOfMemoryIsToldFromOtherFailures(String message) {
        assertThat(InferenceSession.failure("running the model", new OrtException(message)))
                .isInstanceOf(BackendMemoryException.class)
                .hasMessageContaining("running the model")
                .hasMessageContaining(message);
    }

    @Test
    void anyOtherFailureIsNotALackOfMemory() {
        assertThat(InferenceSession.failure("running the model", new OrtException("Invalid rank for input: ids")))
                .isExactlyInstanceOf(BackendFailureException.class);
    }
}
