package org.rpt4j.run.supervised;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.rpt4j.core.corpus.Corpus;
import org.rpt4j.core.corpus.Document;
import org.rpt4j.core.corpus.DocumentSplit;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.core.train.SupervisedExample;

/**
 * The documents of a corpus that reinforcement trains on, as examples of plain next-token training.
 *
 * @since 0.1.0
 */
public final class CorpusExamples {

    private CorpusExamples() {}

    /**
     * Every token of every document on the training side of a split, context included. A document that is longer than
     * a window is cut into windows that follow each other. Held in memory.
     *
     * @param windowTokens most tokens of an example, at least 2: the context window of the model
     */
    public static List<SupervisedExample> of(
            Corpus corpus, Tokenizer tokenizer, DocumentSplit split, int windowTokens) {
        return of(corpus, Integer.MAX_VALUE, tokenizer, split, windowTokens);
    }

    /**
     * The same for the beginning of a corpus.
     *
     * @param maxDocuments documents that are read from the start of the corpus, both sides of the split together
     */
    public static List<SupervisedExample> of(
            Corpus corpus, int maxDocuments, Tokenizer tokenizer, DocumentSplit split, int windowTokens) {
        if (windowTokens < 2) {
            throw new IllegalArgumentException("windowTokens is " + windowTokens + ", must be at least 2");
        }
        List<SupervisedExample> examples = new ArrayList<>();
        try (Stream<Document> documents = corpus.stream()) {
            documents
                    .limit(maxDocuments)
                    .filter(document -> !split.isHeldOut(document.id()))
                    .map(document -> TokenizedDocument.of(document, tokenizer).tokens())
                    .forEach(tokens -> addWindows(examples, tokens, tokenizer.beginOfText(), windowTokens));
        }
        return examples;
    }

    private static void addWindows(
            List<SupervisedExample> examples, int[] tokens, OptionalInt beginOfText, int windowTokens) {
        int room = windowTokens - (beginOfText.isPresent() ? 1 : 0);
        for (int from = 0; from < tokens.length; from += room) {
            int[] window = Arrays.copyOfRange(tokens, from, Math.min(tokens.length, from + room));
            if (beginOfText.isPresent()) {
                examples.add(new SupervisedExample(new int[] {beginOfText.getAsInt()}, window));
            } else if (window.length >= 2) {
                examples.add(SupervisedExample.document(window));
            }
        }
    }
}
