package org.rpt4j.core.pipeline;

import java.util.List;
import java.util.function.Supplier;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.core.corpus.DocumentSplit;

/** A kind of tasks for each side of a split, so that what one remembers of held-out text never gets into training. */
final class Sides implements TaskKind {

    private final DocumentSplit split;
    private final TaskKind train;
    private final TaskKind heldOut;

    Sides(DocumentSplit split, Supplier<TaskKind> kind) {
        this.split = split;
        this.train = kind.get();
        this.heldOut = kind.get();
    }

    @Override
    public List<PredictionTask> tasks(TaskDocument document) {
        return (split.isHeldOut(document.id()) ? heldOut : train).tasks(document);
    }
}
