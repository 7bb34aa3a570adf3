package org.rpt4j.cli.serve;

/**
 * One message of a chat.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 */
record Message(String role, String content) {}
