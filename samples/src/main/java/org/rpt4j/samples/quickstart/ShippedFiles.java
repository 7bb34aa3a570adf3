package org.rpt4j.samples.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The base model and the corpus, copied from the class path into files. */
record ShippedFiles(Path model, Path corpus) {

    private static final List<String> MODEL_FILES =
            List.of("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json");

    static ShippedFiles unpack(Path directory) throws IOException {
        Path model = Files.createDirectories(directory.resolve("base-model"));
        for (String file : MODEL_FILES) {
            copy("model/" + file, model.resolve(file));
        }
        Path corpus = directory.resolve("stories.jsonl");
        copy("stories.jsonl", corpus);
        return new ShippedFiles(model, corpus);
    }

    private static void copy(String resource, Path target) throws IOException {
        try (InputStream in = ShippedFiles.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IOException("the samples jar does not contain " + resource + "; rebuild it with mvn package");
            }
            Files.copy(in, target, StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
