package org.rpt4j.core.pipeline;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentIterator;
import org.rpt4j.core.task.TaskSelection;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

/** Prepares the tasks of a large synthetic corpus and deals some of them, in a JVM of its own with a small heap. */
public final class ManyTasksProbe {

    private static final List<String> WORDS = List.of("the", "that", "and", "ran", "hand");

    private ManyTasksProbe() {}

    /**
     * Prints the number of tasks, then the used heap in MiB after collections at ten places of the second pass and with
     * all tasks there, then the seconds that it took.
     *
     * @param arguments a directory for a tokenizer, number of documents, words of each, and one position of how many
     *     becomes a task
     */
    public static void main(String[] arguments) {
        int documents = Integer.parseInt(arguments[1]);
        int words = Integer.parseInt(arguments[2]);
        int every = Integer.parseInt(arguments[3]);
        long start = System.nanoTime();
        List<String> pieces = WORDS.stream()
                .flatMap(word -> IntStream.rangeClosed(2, word.length()).mapToObj(end -> word.substring(0, end)))
                .distinct()
                .toList();
        StringBuilder heap = new StringBuilder();
        try (Tokenizer tokenizer = Tokenizer.open(TinyTokenizers.byteLevel(Path.of(arguments[0]), pieces, List.of()))) {
            TaskSelection selection = TaskSelection.above(1.0).toBuilder()
                    .maxPositionsPerDocument(Integer.MAX_VALUE)
                    .build();
            Synthetic corpus = new Synthetic(documents, words, heap);
            PreparedTasks tasks = new TaskPipeline(tokenizer, PipelineSettings.of(selection))
                    .prepare(corpus, new EveryFew(tokenizer.vocabularySize(), every));
            System.out.println(tasks.train().size() + tasks.heldOut().size());
            require(tasks, documents);
            heap.append(usedMebibytes());
        }
        System.out.println(heap);
        System.out.println(Duration.ofNanos(System.nanoTime() - start).toSeconds());
    }

    private static void require(PreparedTasks tasks, int documents) {
        for (long step = 0; step < 20; step++) {
            List<PredictionTask> batch = tasks.source(3).batch(step << 32, 32);
            Set<Long> ids = batch.stream().map(PredictionTask::id).collect(Collectors.toSet());
            if (ids.size() != 32 || batch.stream().anyMatch(task -> task.context().length < 15)) {
                throw new AssertionError("a batch of other tasks than were made: " + batch);
            }
        }
        if (tasks.heldOutSample(500, 1).size() != 500
                || tasks.trainIds().limit(1000).distinct().count() != 1000) {
            throw new AssertionError("too few tasks of " + documents + " documents");
        }
    }

    private static long usedMebibytes() {
        System.gc();
        return (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20;
    }

    /** Documents of drawn words, made when they are asked for. */
    private record Synthetic(int documents, int words, StringBuilder heap) implements Corpus {

        @Override
        public DocumentIterator iterator() {
            heap.setLength(0);
            return new DocumentIterator() {

                private int next;

                @Override
                public boolean hasNext() {
                    return next < documents;
                }

                @Override
                public Document next() {
                    if (next % Math.max(1, documents / 10) == 0) {
                        heap.append(usedMebibytes()).append(' ');
                    }
                    SplittableRandom random = new SplittableRandom(next);
                    StringBuilder text = new StringBuilder(5 * words);
                    for (int word = 0; word < words; word++) {
                        text.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
                    }
                    return new Document("synthetic.jsonl#" + ++next, text.toString());
                }

                @Override
                public void close() {
                    next = documents;
                }
            };
        }
    }

    /** A proxy that finds one position in a few hard. */
    private record EveryFew(int vocabulary, int every) implements ProxyScorer {

        @Override
        public ModelDescription description() {
            return new ModelDescription("EveryFew", 1, vocabulary, 8192);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return sequences.stream().map(tokens -> score(tokens.length)).toList();
        }

        private TokenScores score(int length) {
            double[] entropy = new double[length];
            Arrays.setAll(entropy, t -> t == 0 ? Double.NaN : t % every == 0 ? 2.25 : 0.5);
            return new TokenScores(entropy, new int[length], new double[length]);
        }

        @Override
        public void close() {
            // Nothing to close.
        }
    }
}
