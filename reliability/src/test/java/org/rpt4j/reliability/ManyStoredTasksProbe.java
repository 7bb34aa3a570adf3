package org.rpt4j.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ScoredPosition;
import org.rpt4j.api.TaskDocument;
import org.rpt4j.core.corpus.CorpusSummary;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.dataset.StoredTasks;
import org.rpt4j.core.dataset.TaskStorage;
import org.rpt4j.core.pipeline.PreparedTasks;
import org.rpt4j.core.task.FilterStatistics;
import org.rpt4j.core.task.kind.NextToken;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

/** Stores the tasks of a large corpus of token ids, opens them again and deals some, in a JVM of its own. */
final class ManyStoredTasksProbe {

    private static final int TOKENS = 40_000;
    private static final int EVERY = 24;
    private static final DocumentSplit SPLIT = new DocumentSplit(0.1, 1);

    private ManyStoredTasksProbe() {}

    /**
     * Prints what takes how long and the used heap in MiB after collections.
     *
     * @param arguments a directory, and the number of documents of 40,000 tokens
     */
    public static void main(String[] arguments) throws IOException {
        Path directory = Path.of(arguments[0]);
        int documents = Integer.parseInt(arguments[1]);
        TaskStorage storage = TaskStorage.file(directory.resolve("tasks.store"), "probe");
        List<String> words = List.of(" the", " that", " and", " ran", " hand", " some", " what");
        List<String> pieces = words.stream()
                .flatMap(word -> IntStream.rangeClosed(2, word.length()).mapToObj(end -> word.substring(0, end)))
                .distinct()
                .toList();
        try (Tokenizer tokenizer =
                Tokenizer.open(TinyTokenizers.byteLevel(directory.resolve("model"), pieces, List.of()))) {
            int[] ids = words.stream()
                    .mapToInt(word -> tokenizer.encodeContinuedText(word)[0])
                    .toArray();
            report("begun");
            write(storage, tokenizer, ids, documents);
        }
        System.out.println(Files.size(directory.resolve("tasks.store")) + " bytes");
        StoredTasks opened = storage.open().orElseThrow();
        report("opened again");
        PreparedTasks tasks = PreparedTasks.of(opened, SPLIT);
        for (long batch = 0; batch < 2000; batch++) {
            for (PredictionTask task : tasks.source(5).batch(batch << 32, 32)) {
                require(task);
            }
        }
        report("64000 tasks dealt");
        tasks.heldOutSample(1000, 1).forEach(ManyStoredTasksProbe::require);
        report("1000 of " + tasks.heldOut().size() + " held-out tasks chosen");
        System.out.println(tasks.trainIds().count() + " ids of training tasks, "
                + tasks.train().size() + " tasks");
        report("done");
    }

    private static void write(TaskStorage storage, Tokenizer tokenizer, int[] ids, int documents) {
        NextToken kind = new NextToken(tokenizer, 1024, 64);
        try (StoredTasks.Writer writer = storage.writer(SPLIT, tokenizer)) {
            for (int i = 0; i < documents; i++) {
                TaskDocument document = document(i, ids);
                writer.add(document, kind.tasks(document));
                if ((i + 1) % Math.max(1, documents / 10) == 0) {
                    report(writer.tasks() + " tasks made");
                }
            }
            writer.finish(new FilterStatistics(1), new CorpusSummary(documents, "probe", List.of()));
        }
        report("file complete");
    }

    private static TaskDocument document(int number, int[] ids) {
        String id = "probe.jsonl#" + (number + 1);
        SplittableRandom random = new SplittableRandom(number);
        int[] tokens = random.ints(TOKENS, 0, ids.length).map(i -> ids[i]).toArray();
        List<ScoredPosition> positions = IntStream.range(1, TOKENS / EVERY)
                .map(i -> i * EVERY)
                .mapToObj(t -> new ScoredPosition(TaskDocument.taskId(id, t), t, (float) (1 + 1e-4 * t), false))
                .toList();
        return new TaskDocument(id, tokens, 0, positions);
    }

    private static void require(PredictionTask task) {
        if (task.position() % EVERY != 0
                || task.context().length != Math.min(1024, task.position())
                || task.id() != TaskDocument.taskId(task.documentId(), task.position())
                || task.entropy() != (float) (1 + 1e-4 * task.position())) {
            throw new AssertionError(task + " is not a task that was made");
        }
    }

    private static void report(String what) {
        System.gc();
        long used = (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
        System.out.println(System.nanoTime() / 1_000_000_000 + " s: " + what + ", heap " + used + " MiB");
    }
}
