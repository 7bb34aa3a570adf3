package org.rpt4j.spark;

/**
 * What an executor computed: answers that were used, without those of tasks that ran twice.
 *
 * @param tasks number of chunks
 * @param millis time that models took for them
 * @since 0.1.0
 */
public record ExecutorUse(long tasks, long millis) {

    ExecutorUse plus(ExecutorUse other) {
        return new ExecutorUse(tasks + other.tasks, millis + other.millis);
    }
}
