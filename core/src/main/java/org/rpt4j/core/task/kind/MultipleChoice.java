package org.rpt4j.core.task.kind;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.TaskKind;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.spi.TaskKindContext;

/**
 * To choose the next token among those that the proxy model finds most probable (after Golden Goose, arXiv 2601.22975,
 * where a model writes the wrong choices). A guess is right once in the number of choices, so that the groups of a small
 * model have both right and wrong rollouts.
 *
 * @param context what the tasks are made with
 * @param choices number of choices
 */
record MultipleChoice(TaskKindContext context, int choices) implements TaskKind {

    private static final int RIGHT_ONE = 1;

    @Override
    public List<PredictionTask> tasks(TaskDocument document) {
        Draw draw = new Draw(context.seed(), document.id());
        return document.positions().stream()
                .flatMap(position -> task(document, position, draw).stream())
                .toList();
    }

    /** The task of a position; empty if too few tokens differ in what can be shown of them. */
    private Optional<PredictionTask> task(TaskDocument document, ScoredPosition position, Draw draw) {
        int truth = document.tokens()[position.index()];
        Set<String> shown = new LinkedHashSet<>();
        Stream.concat(Stream.of(truth), position.candidates().stream().map(Candidate::token))
                .map(this::quoted)
                .filter(text -> text.indexOf('\uFFFD') < 0)
                .forEach(shown::add);
        if (shown.size() < choices || !shown.iterator().next().equals(quoted(truth))) {
            return Optional.empty();
        }
        List<String> order = new ArrayList<>(shown).subList(1, choices);
        int right = draw.below(choices, position.index(), RIGHT_ONE);
        order.add(right, quoted(truth));
        StringBuilder list = new StringBuilder();
        for (int i = 0; i < choices; i++) {
            list.append(i == 0 ? "" : "\n")
                    .append((char) ('A' + i))
                    .append(". ")
                    .append(order.get(i));
        }
        return Optional.of(new Gap(context)
                .choice(document, position.index(), context.tokenizer().encodeContinuation(list.toString()), (char)
                        ('A' + right))
                .entropy(position.entropy())
                .build());
    }

    /** A token between quotation marks, so that its spaces and line breaks can be seen. */
    private String quoted(int token) {
        return '"'
                + context.tokenizer()
                        .decode(token)
                        .replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                        .replace("\t", "\\t")
                + '"';
    }
}
