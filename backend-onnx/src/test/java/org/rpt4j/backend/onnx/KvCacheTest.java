package org.rpt4j.backend.onnx;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.BackendMemoryException;

/** Allocation of keys and values; their use is tested through the policy. */
class KvCacheTest {

    @Test
    void moreThanATensorMayHaveIsALackOfMemoryWithAdvice() {
        KvCache cache = new KvCache(List.of(new KvCache.Slot("past", "present", 64, 128)), 1 << 20);

        assertThatThrownBy(() -> cache.ensure(100, 1 << 18))
                .isInstanceOf(BackendMemoryException.class)
                .hasMessageContaining("Lower max-sequences");
    }
}
