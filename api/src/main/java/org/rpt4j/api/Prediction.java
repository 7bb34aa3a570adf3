package org.rpt4j.api;

/** What was found in a completion: the content of a box, or the reason why there is none. */
public sealed interface Prediction {

    /**
     * The raw content of the last box after the thought: bytes as sampled, neither trimmed nor unescaped.
     *
     * @param content the bytes between the braces; not copied
     */
    record Boxed(byte[] content) implements Prediction {}

    /**
     * No prediction.
     *
     * @param reason one of {@link RewardReason#NO_THINK_END}, {@link RewardReason#NO_BOX},
     *     {@link RewardReason#UNBALANCED}, {@link RewardReason#TRUNCATED}
     */
    record Missing(RewardReason reason) implements Prediction {}
}
