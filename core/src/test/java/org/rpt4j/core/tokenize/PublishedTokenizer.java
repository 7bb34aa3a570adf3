package org.rpt4j.core.tokenize;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.rpt4j.testdata.SharedData;

/** Published tokenizers, each opened once for all tests; do not close them. */
public final class PublishedTokenizer {

    private static final Map<String, Tokenizer> OPENED = new ConcurrentHashMap<>();

    private PublishedTokenizer() {}

    /** The tokenizer of a model; aborts the test if the data is absent. */
    public static Tokenizer of(String model) {
        Path directory = SharedData.require("tokenizers/" + model);
        return OPENED.computeIfAbsent(model, name -> Tokenizer.open(directory));
    }
}
