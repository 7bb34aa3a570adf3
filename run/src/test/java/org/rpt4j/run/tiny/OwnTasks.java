package org.rpt4j.run.tiny;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskKind;
import org.rpt4j.spi.TaskKindContext;
import org.rpt4j.spi.TaskKindProvider;

/** A kind of tasks as an application brings it: the last token of each document. */
public final class OwnTasks implements TaskKindProvider {

    /** For the service loader. */
    public OwnTasks() {}

    @Override
    public String name() {
        return "own";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public String instruction() {
        return "Last? {before}";
    }

    @Override
    public boolean needsScores() {
        return false;
    }

    @Override
    public String needs() {
        return "two tokens or more";
    }

    @Override
    public List<String> options() {
        return List.of("words");
    }

    @Override
    public TaskKind create(TaskKindContext context) {
        return document -> {
            int last = document.tokens().length - 1;
            int target = document.tokens()[last];
            byte[] bytes = context.tokenizer().bytes(new int[] {target});
            return List.of(PredictionTask.builder(document.taskId(last), document.id(), last)
                    .context(Arrays.copyOf(document.tokens(), last))
                    .continuation(target)
                    .truth(new GroundTruth(bytes, new int[] {bytes.length}))
                    .build());
        };
    }
}
