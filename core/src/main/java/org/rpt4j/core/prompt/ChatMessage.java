package org.rpt4j.core.prompt;

/**
 * One message of a conversation.
 *
 * @param role who wrote it, as chat templates name it: {@code system}, {@code user} or {@code assistant}
 * @param content its text
 * @since 0.1.0
 */
public record ChatMessage(String role, String content) {

    /** A message of the user. */
    public static ChatMessage user(String content) {
        return new ChatMessage("user", content);
    }
}
