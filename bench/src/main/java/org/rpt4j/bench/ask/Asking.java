package org.rpt4j.bench.ask;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.bench.suite.PromptTexts;
import org.rpt4j.bench.suite.QuestionFile;
import org.rpt4j.bench.suite.Suite;
import org.rpt4j.bench.suite.SuiteQuestion;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.model.format.Sha256;
import org.rpt4j.spi.kit.Interrupts;

/**
 * Asks a model the questions of a suite. A question is asked once: what a file of answers has is not asked again, and gives
 * the same result, because a sample depends only on its question, its number and the seed.
 *
 * @since 0.1.0
 */
public final class Asking {

    /** The second word of the random keys that draw questions; the samples have another. */
    private static final long DRAW = 0x62656e6368L;

    private final BenchModel model;
    private final Suite suite;
    private final QuestionFile questions;
    private final QuestionFile examples;
    private final BenchSettings settings;
    private final PromptTexts texts;
    private final int shots;

    /**
     * Prepares to ask.
     *
     * @param examples the questions that examples are taken from; none for zero-shot
     * @throws ConfigurationException if the suite or the examples cannot do what the settings ask for
     */
    public Asking(
            BenchModel model, Suite suite, QuestionFile questions, QuestionFile examples, BenchSettings settings) {
        this.model = model;
        this.suite = suite;
        this.questions = questions;
        this.examples = examples;
        this.settings = settings;
        this.texts = settings.mode() == BenchMode.GENERATE
                ? suite.prompt()
                : suite.continuation()
                        .orElseThrow(() -> new ConfigurationException(List.of("Suite " + suite.name()
                                + " has no log-probability mode: it does not say what follows its prompt. Use mode"
                                + " generate.")));
        this.shots = settings.shots().orElse(examples.questions().isEmpty() ? 0 : texts.shots());
        requireExamples();
    }

    private void requireExamples() {
        if (shots > 0 && examples.questions().isEmpty()) {
            throw new ConfigurationException(List.of(
                    shots + " examples are asked for, but there is no file of them." + " Name it, or ask for none."));
        }
        for (SuiteQuestion question : selected().values()) {
            int found = examples(question).size();
            if (found < shots) {
                throw new ConfigurationException(List.of("Question " + question.id() + " needs " + shots + " examples"
                        + (texts.byCategory()
                                ? " of "
                                        + question.categories()
                                                .values()
                                                .iterator()
                                                .next()
                                                .get(0)
                                : "")
                        + ", but the file of examples has " + found + ". Ask for fewer, or name a file with more."));
            }
        }
    }

    /** The questions that are asked, by their place in the file. */
    public Map<Integer, SuiteQuestion> selected() {
        List<SuiteQuestion> all = questions.questions();
        int count = Math.min(all.size(), settings.maxQuestions().orElse(all.size()));
        int[] order = IntStream.range(0, all.size()).toArray();
        if (count < all.size()) {
            for (int i = 0; i < count; i++) {
                int other = i
                        + CounterRandom.below(
                                all.size() - i, settings.sampling().seed(), DRAW, i);
                int moved = order[i];
                order[i] = order[other];
                order[other] = moved;
            }
        }
        Map<Integer, SuiteQuestion> selected = new LinkedHashMap<>();
        Arrays.stream(order, 0, count).sorted().forEach(index -> selected.put(index, all.get(index)));
        return selected;
    }

    /** The examples of a question: the first of the file, or of its own category; never the question itself. */
    private List<SuiteQuestion> examples(SuiteQuestion question) {
        String category = first(question);
        return examples.questions().stream()
                .filter(one -> !texts.byCategory() || first(one).equals(category))
                .filter(one -> !one.text().equals(question.text()))
                .limit(shots)
                .toList();
    }

    private static String first(SuiteQuestion question) {
        return question.categories().values().stream()
                .findFirst()
                .map(names -> names.get(0))
                .orElse("");
    }

    /** What makes the answers, by name: whatever of it differs, the answers may differ. */
    public Map<String, String> made() {
        Map<String, String> made = new LinkedHashMap<>();
        made.put("suite", suite.name());
        made.put("suite-sha256", suite.fingerprint());
        made.put("questions-sha256", questions.fingerprint());
        made.put("examples-sha256", shots == 0 ? "none" : examples.fingerprint());
        made.put("model", model.fingerprint());
        made.put("mode", written(settings.mode()));
        made.put("form", written(settings.form()));
        made.put("thinking", written(settings.thinking()));
        made.put(
                "chat-template",
                model.template().map(one -> hash(one.render(""))).orElse("none"));
        made.put("thought", model.markers().start() + " " + model.markers().end());
        made.put("shots", Integer.toString(shots));
        made.put("samples", Integer.toString(settings.sampling().groupSize()));
        made.put("temperature", Double.toString(settings.sampling().temperature()));
        made.put("max-tokens", Integer.toString(settings.sampling().maxTokens()));
        made.put("seed", Long.toString(settings.sampling().seed()));
        return made;
    }

    private static String hash(String text) {
        Sha256 hash = new Sha256();
        hash.add(text);
        return hash.hex();
    }

    private static String written(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Asks what has not been asked.
     *
     * @param file keeps the answers; empty keeps none
     * @param answered receives every answer once, those of the file first
     * @param progress receives the number of questions asked now, after every chunk
     * @throws StorageException if the file cannot be written or was made by something else
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted; the file has the answers of the
     *     finished chunks
     */
    public void run(Optional<Path> file, Consumer<QuestionRecord> answered, Consumer<Progress> progress) {
        Map<Integer, SuiteQuestion> left = selected();
        Set<String> wanted = new HashSet<>();
        left.values().forEach(question -> wanted.add(question.id()));
        Set<String> seen = new HashSet<>();
        Consumer<QuestionRecord> once = record -> {
            if (!seen.add(record.id())) {
                throw new StorageException("The answers have question " + record.id() + " twice.");
            }
            if (wanted.contains(record.id())) {
                requireWhole(record);
                answered.accept(record);
            }
        };
        if (file.isEmpty()) {
            ask(left, once, progress);
            return;
        }
        try (AnswerLog log = AnswerLog.open(file.get(), made(), once)) {
            left.values().removeIf(question -> seen.contains(question.id()));
            ask(
                    left,
                    record -> {
                        log.append(record);
                        once.accept(record);
                    },
                    progress);
        }
    }

    /** A file that was edited may have fewer responses, or more. */
    private void requireWhole(QuestionRecord record) {
        boolean generates = settings.mode() == BenchMode.GENERATE;
        int samples = record.isAsked() && generates ? settings.sampling().groupSize() : 0;
        if (record.samples().size() != samples
                || record.isAsked() && !generates == record.choices().isEmpty()) {
            throw new StorageException("The answers have " + record.samples().size() + " responses and "
                    + record.choices().size() + " choices for question " + record.id() + ", not what was asked for.");
        }
    }

    private void ask(Map<Integer, SuiteQuestion> left, Consumer<QuestionRecord> answered, Consumer<Progress> progress) {
        if (left.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        int room = settings.mode() == BenchMode.GENERATE ? settings.sampling().maxTokens() : 1;
        PromptMaker maker = new PromptMaker(model, texts, settings, room);
        Answering answering = new Answering(model, settings, maker.stops());
        List<Integer> indices = new ArrayList<>(left.keySet());
        int done = 0;
        while (done < indices.size()) {
            Interrupts.check("asking question " + (done + 1) + " of " + indices.size());
            int end = Math.min(done + settings.questionsPerChunk(), indices.size());
            Map<String, Optional<QuestionPrompt>> chunk = new LinkedHashMap<>();
            for (int index : indices.subList(done, end)) {
                SuiteQuestion question = questions.questions().get(index);
                chunk.put(question.id(), maker.make(index, question, examples(question)));
            }
            answering.answer(chunk).forEach(answered);
            done = end;
            progress.accept(new Progress(done, indices.size(), Duration.ofNanos(System.nanoTime() - start)));
        }
    }
}
