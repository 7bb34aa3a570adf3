package org.rpt4j.spi;

import java.util.List;
import org.rpt4j.api.TaskKind;

/**
 * The ServiceLoader type of a kind of tasks.
 *
 * @since 0.1.0
 */
public non-sealed interface TaskKindProvider extends Provider {

    /** Everywhere, unless a provider says otherwise. */
    @Override
    default Availability availability() {
        return new Availability.Available("no requirements");
    }

    /**
     * The instruction for the model, unless the user has one: a text that contains {@code {before}} once, and behind it
     * {@code {after}} once if the tasks show anything there.
     */
    String instruction();

    /**
     * Whether the tasks are made of positions that a proxy model scored and the selection took. Otherwise no proxy runs
     * and {@link org.rpt4j.api.TaskDocument#positions} is empty.
     */
    boolean needsScores();

    /**
     * How many of the proxy's most probable tokens a position must have.
     *
     * @throws IllegalArgumentException if an option is wrong
     */
    default int candidates(TaskKindOptions options) {
        return 0;
    }

    /**
     * Whether a task goes on with the text where its context ends, so that a model can also predict its target without
     * a thought. Otherwise the standard accuracy has no meaning and is left out.
     */
    default boolean continuesText() {
        return true;
    }

    /**
     * What a document must have to give a task, as the end of the sentence "A document gives tasks of this kind if it
     * has ...".
     */
    String needs();

    /** Names of the options that the kind reads; others are refused. */
    default List<String> options() {
        return List.of();
    }

    /**
     * What makes the tasks of one side of a split.
     *
     * @throws IllegalArgumentException if an option is wrong; the message names it
     */
    TaskKind create(TaskKindContext context);
}
