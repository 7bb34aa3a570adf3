package org.rpt4j.bench.suite;

/** A row is no question of its suite; the message says why, without its place. */
final class RowException extends Exception {

    private static final long serialVersionUID = 1;

    RowException(String message) {
        super(message);
    }
}
