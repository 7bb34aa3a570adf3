package org.rpt4j.api;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The prediction in a completion: the content of a box, or the reason why there is none.
 *
 * @since 0.1.0
 */
public sealed interface Prediction {

    /**
     * The raw content of the last box after the thought: the bytes as sampled, neither trimmed nor unescaped. Immutable
     * by convention: the array is not copied, so do not modify it.
     */
    final class Boxed implements Prediction {

        private final byte[] content;

        /**
         * Wraps the array without copying it.
         *
         * @param content the bytes between the braces
         */
        public Boxed(byte[] content) {
            Objects.requireNonNull(content, "content");
            this.content = content;
        }

        /** The bytes between the braces. */
        public byte[] content() {
            return content;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Boxed that && Arrays.equals(content, that.content);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(content);
        }

        @Override
        public String toString() {
            return "Boxed[" + content.length + " bytes]";
        }
    }

    /**
     * No prediction.
     *
     * @param reason why there is none
     */
    record Missing(MissingReason reason) implements Prediction {}
}
