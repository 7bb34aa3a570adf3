package org.rpt4j.spark;

import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.pipeline.TaskPipeline;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TaskBuilder;

/**
 * Tokenizes and scores documents that the caller has read.
 *
 * @param recipe how documents become tasks
 * @param selects whether only the hard positions are wanted, of documents that have some
 */
record ScoreDocuments(PipelineRecipe recipe, boolean selects) implements Operation {

    static final String KIND = "score-documents";

    /** A document with the scores of all its tokens. */
    record Scores(String id, List<Integer> tokens, List<Double> entropy, List<Integer> argmax, List<Double> logProb) {}

    /** The hard positions of a document, and its tokens as far as they are needed. */
    record Hard(
            String id, List<Integer> tokens, List<Integer> positions, List<Double> entropy, List<Boolean> argmaxHit) {}

    @Override
    public void write(WireWriter to) {
        to.text(KIND);
        recipe.write(to);
        to.flag(selects);
    }

    static ScoreDocuments read(WireReader from) {
        return new ScoreDocuments(PipelineRecipe.read(from), from.flag());
    }

    static byte[] items(List<Document> documents) {
        return new WireWriter()
                .all(
                        documents,
                        (wire, document) ->
                                wire.text(document.id()).text(document.text()).whole(document.targetsFrom()))
                .bytes();
    }

    @Override
    public void answer(ExecutorModel model, WireReader items, WireWriter answers) {
        List<Document> documents = items.all(wire -> new Document(wire.text(), wire.text(), wire.whole()));
        TaskPipeline pipeline = recipe.pipeline(model);
        TaskBuilder builder =
                new TaskBuilder(recipe.tokenizer(model), recipe.settings().selection());
        pipeline.score(
                Corpora.of(documents),
                model.scorer(),
                document -> {
                    if (selects) {
                        writeHard(builder.select(document), answers);
                    } else {
                        writeScores(document, answers);
                    }
                },
                progress -> {});
        answers.flag(false);
    }

    private static void writeScores(ScoredDocument scored, WireWriter to) {
        to.flag(true)
                .text(scored.document().id())
                .wholes(scored.document().tokens())
                .reals(scored.scores().entropy())
                .wholes(scored.scores().argmax())
                .reals(scored.scores().trueLogProb());
    }

    static Scores scores(WireReader from) {
        return new Scores(
                from.text(), boxed(from.wholes()), boxed(from.reals()), boxed(from.wholes()), boxed(from.reals()));
    }

    private void writeHard(TaskDocument document, WireWriter to) {
        List<ScoredPosition> positions = document.positions();
        if (positions.isEmpty()) {
            return;
        }
        int last = positions.get(positions.size() - 1).index();
        long needed = (long) last + recipe.settings().selection().continuationTokens();
        int[] tokens = document.tokens();
        to.flag(true)
                .text(document.id())
                .wholes(Arrays.copyOf(tokens, (int) Math.min(tokens.length, needed)))
                .wholes(positions.stream().mapToInt(ScoredPosition::index).toArray())
                .reals(positions.stream().mapToDouble(ScoredPosition::entropy).toArray())
                .all(positions, (wire, position) -> wire.flag(position.argmaxHit()));
    }

    static Hard hard(WireReader from) {
        return new Hard(
                from.text(),
                boxed(from.wholes()),
                boxed(from.wholes()),
                boxed(from.reals()),
                from.all(WireReader::flag));
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static List<Double> boxed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
