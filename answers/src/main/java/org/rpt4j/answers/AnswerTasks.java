package org.rpt4j.answers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.GroundTruth;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.dataset.CorpusFingerprint;
import org.rpt4j.core.dataset.StoredTasks;
import org.rpt4j.core.dataset.TaskStorage;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Questions as tasks, so that the trainer and the evaluator take them like hard tokens: the context is the question
 * with its choices, the position is 0, the truth is the answer in all its forms, and there is no entropy.
 *
 * @since 0.1.0
 */
public final class AnswerTasks {

    private AnswerTasks() {}

    /**
     * Reads all questions as tasks and holds some out. What is held out depends on the id of a question alone, as it
     * does for documents. A question that is too long is a bad row, because a cut question cannot be answered.
     *
     * @param tokenizer the policy's
     * @param split which questions are held out from training
     * @param maxContextTokens maximum number of tokens of a question
     * @return the tasks, with a fingerprint of the questions in {@link PreparedTasks#corpus()} and without statistics
     * @throws CorpusException if a file is malformed, or one side of the split is empty
     */
    public static PreparedTasks prepare(
            QuestionFiles questions, Tokenizer tokenizer, DocumentSplit split, int maxContextTokens) {
        CorpusFingerprint fingerprint = new CorpusFingerprint();
        try (QuestionFiles.Pass pass = questions.iterator();
                StoredTasks.Writer writer = TaskStorage.TEMPORARY.writer(split, tokenizer)) {
            while (pass.hasNext()) {
                Question question = pass.next();
                requireNotInterrupted(question);
                PredictionTask task = task(question, tokenizer);
                if (task.context().length > maxContextTokens) {
                    pass.passOver("Question " + question.id() + " has " + task.context().length
                            + " tokens, and at most " + maxContextTokens
                            + " fit. Raise the length of the prompt, or tolerate bad lines.");
                    continue;
                }
                fingerprint.add(document(question));
                writer.add(new TaskDocument(question.id(), task.context(), 0, List.of()), List.of(task));
            }
            CorpusSummary summary = new CorpusSummary(fingerprint.documents(), fingerprint.value(), pass.badRows());
            StoredTasks tasks = writer.finish(new FilterStatistics(0), summary);
            requireBothSides(tasks.train(), tasks.heldOut(), split);
            return PreparedTasks.of(tasks, split);
        }
    }

    /** The task of one question. Its id depends on the id of the question alone. */
    public static PredictionTask task(Question question, Tokenizer tokenizer) {
        int[] context = tokenizer.encode(question.textWithChoices());
        List<String> forms = question.gold().forms();
        List<Integer> boundaries = new ArrayList<>();
        int[] first = tokenizer.encodeContinuedText(forms.get(0));
        int length = 0;
        for (int i = 0; i < forms.size(); i++) {
            String form = i == 0 ? forms.get(0) : GoldAnswer.separator() + forms.get(i);
            length = addBoundaries(form, tokenizer, length, boundaries);
        }
        return new PredictionTask(
                TaskDocument.taskId(question.id(), 0),
                question.id(),
                0,
                context,
                first.length == 0 ? 0 : first[0],
                new GroundTruth(
                        question.gold().joined().getBytes(UTF_8),
                        boundaries.stream().mapToInt(Integer::intValue).toArray()),
                Double.NaN);
    }

    /**
     * Adds where the tokens of a text end. A tokenizer that changes the text has no tokens for it as it is; then it
     * ends once.
     */
    private static int addBoundaries(String text, Tokenizer tokenizer, int from, List<Integer> boundaries) {
        int[] tokens = tokenizer.encodeContinuedText(text);
        byte[] bytes = text.getBytes(UTF_8);
        int end = from;
        if (Arrays.equals(tokenizer.bytes(tokens), bytes)) {
            for (int token : tokens) {
                int tokenBytes = tokenizer.tokenBytes(token).length;
                end += tokenBytes;
                if (tokenBytes > 0) {
                    boundaries.add(end);
                }
            }
        } else {
            end = from + bytes.length;
            boundaries.add(end);
        }
        return end;
    }

    /** What the fingerprint is of: everything that a task is made of. */
    private static Document document(Question question) {
        String text = question.textWithChoices();
        return new Document(question.id(), text + question.gold().joined(), text.length());
    }

    private static void requireBothSides(
            List<PredictionTask> train, List<PredictionTask> heldOut, DocumentSplit split) {
        boolean nothingHeldOut = split.heldOutShare() > 0 && heldOut.isEmpty();
        boolean nothingToTrainOn = split.heldOutShare() < 1 && train.isEmpty();
        if (nothingHeldOut || nothingToTrainOn) {
            throw new CorpusException("A held-out share of " + split.heldOutShare() + " with seed " + split.seed()
                    + " puts " + (nothingHeldOut ? "none" : "all") + " of the " + (train.size() + heldOut.size())
                    + " questions aside. Change the share or the seed, or use more questions.");
        }
    }

    private static void requireNotInterrupted(Question question) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("reading questions was interrupted at " + question.id());
        }
    }
}
