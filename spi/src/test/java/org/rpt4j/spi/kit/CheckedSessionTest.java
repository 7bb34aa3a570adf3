package org.rpt4j.spi.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.BackendMemoryException;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.api.error.NumericalException;
import org.rpt4j.model.format.AbsentTokens;

class CheckedSessionTest {

    private static final int VOCABULARY = 10;

    /** Its logits are the tokens in it. */
    private static final class ListCache implements CheckedSession.Cache {
        final List<Integer> tokens = new ArrayList<>();
        final List<Integer> chunks = new ArrayList<>();
        int failures;
        int closed;
        float extra;

        @Override
        public void requireUsable(String operation) {}

        @Override
        public void append(int[] added) {
            chunks.add(added.length);
            tokens.add(added[0]);
            if (failures > 0) {
                failures--;
                throw new BackendMemoryException("no room");
            }
            Arrays.stream(added).skip(1).forEach(tokens::add);
        }

        @Override
        public float[] logits() {
            float[] logits = new float[VOCABULARY];
            for (int i = 0; i < tokens.size(); i++) {
                logits[i] = tokens.get(i);
            }
            logits[VOCABULARY - 1] = extra;
            return logits;
        }

        @Override
        public void truncate(int length) {
            tokens.subList(length, tokens.size()).clear();
        }

        @Override
        public void close() {
            closed++;
        }
    }

    private final ListCache cache = new ListCache();
    private final CheckedSession session =
            new CheckedSession(new InputLimits(VOCABULARY, 8, AbsentTokens.NONE), 3, cache);

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    private void assertTokens(int... expected) {
        assertThat(session.length()).isEqualTo(expected.length);
        assertThat(cache.tokens).isEqualTo(Arrays.stream(expected).boxed().toList());
    }

    @Test
    void longTextsAreComputedInChunks() {
        session.append(1, 2, 3, 4, 5, 6, 7);

        assertThat(cache.chunks).containsExactly(3, 3, 1);
        assertTokens(1, 2, 3, 4, 5, 6, 7);
    }

    @Test
    void onlyLogitsThatAreLostAreComputedAgain() {
        session.append(1, 2, 3, 4);
        session.logits();
        session.truncate(4);
        session.logits();
        assertThat(cache.chunks).hasSize(2);

        session.truncate(2);
        assertTokens(1, 2);
        assertThat(session.logits()).startsWith(1, 2, 0);
        session.logits();

        assertThat(cache.chunks).hasSize(3);
        assertTokens(1, 2);
    }

    @Test
    void aFailureLeavesTheTokensThatWereThere() {
        session.append(1, 2);
        cache.failures = 1;
        assertThatThrownBy(() -> session.append(3, 4)).isInstanceOf(BackendMemoryException.class);
        assertTokens(1, 2);
        session.append(5);

        assertThat(session.logits()).startsWith(1, 2, 5, 0);
    }

    @Test
    void aFailureWhileTheLastTokenIsComputedAgainLosesNothing() {
        session.append(1, 2, 3);
        session.truncate(2);
        cache.failures = 1;
        assertThatThrownBy(session::logits).isInstanceOf(BackendMemoryException.class);
        assertThat(session.length()).isEqualTo(2);
        session.append(7);

        assertThat(session.logits()).startsWith(1, 2, 7, 0);
        cache.failures = 1;
        session.truncate(1);
        assertThatThrownBy(session::logits).isInstanceOf(BackendMemoryException.class);
        assertThat(session.logits()).startsWith(1, 0);
        session.truncate(0);
        assertTokens();
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeTheCacheSeesIt() {
        session.append(1, 2);
        assertThatThrownBy(() -> session.append(1, 2, 3, 4, 5, 6, 7))
                .isInstanceOf(ContextOverflowException.class)
                .hasMessageContaining("has 2 tokens, and 7 more");
        assertThatThrownBy(() -> session.append(3, VOCABULARY)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> session.truncate(3)).isInstanceOf(IllegalArgumentException.class);
        assertTokens(1, 2);
    }

    @Test
    void anInterruptEndsALongTextBetweenTwoChunks() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> session.append(1)).hasMessageContaining("interrupted");
        Thread.interrupted();
        assertTokens();
    }

    @Test
    void logitsAreFiniteButForIdsWithoutAToken() {
        session.append(1);
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            cache.extra = bad;
            assertThatThrownBy(session::logits)
                    .isInstanceOf(NumericalException.class)
                    .hasMessageContaining("id 9 after token 0");
        }
        BitSet present = new BitSet();
        present.set(0, VOCABULARY - 1);
        CheckedSession padded =
                new CheckedSession(new InputLimits(VOCABULARY, 8, AbsentTokens.of(present, VOCABULARY)), 3, cache);
        cache.extra = Float.NaN;
        padded.append(2);
        assertThat(padded.logits()[VOCABULARY - 1]).isEqualTo(Float.NEGATIVE_INFINITY);
    }

    @Test
    void theCacheIsClosedOnce() {
        session.close();
        session.close();
        assertThat(cache.closed).isEqualTo(1);
        assertThatThrownBy(() -> session.append(1)).isInstanceOf(IllegalStateException.class);
        assertThat(session.length()).isZero();
    }
}
