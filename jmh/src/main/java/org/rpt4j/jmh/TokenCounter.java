package org.rpt4j.jmh;

import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Tokens per second, reported beside the operations per second. */
@State(Scope.Thread)
@AuxCounters(AuxCounters.Type.OPERATIONS)
public class TokenCounter {

    /** Tokens processed by the operations of an iteration; JMH divides by the time and resets it. */
    public long tokens;
}
