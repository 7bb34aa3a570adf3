package org.rpt4j.bench.suite;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.model.format.PlainFiles;

/**
 * Finds suites: built in, or in a file of your own. Stateless.
 *
 * @since 0.1.0
 */
public final class Suites {

    private static final List<String> BUILT_IN = List.of("mmlu-pro", "supergpqa", "gsm8k", "math", "omni-math", "arc");
    private static final int MOST_BYTES = 1 << 20;

    private Suites() {}

    /** The names of the built-in suites. */
    public static List<String> builtIn() {
        return BUILT_IN;
    }

    /**
     * Opens a suite by its name, or reads the file of that name.
     *
     * @param nameOrFile a built-in name, or a file that ends in {@code .yaml} or {@code .yml}
     * @throws ConfigurationException if there is none, or its file is wrong; it lists every problem
     */
    public static Suite open(String nameOrFile) {
        if (BUILT_IN.contains(nameOrFile)) {
            return SuiteFile.read(nameOrFile, source(nameOrFile));
        }
        if (!nameOrFile.endsWith(".yaml") && !nameOrFile.endsWith(".yml")) {
            throw problem("There is no suite \"" + nameOrFile + "\". Built in: " + String.join(", ", BUILT_IN)
                    + ". Or name a file of your own that ends in .yaml.");
        }
        Path file = Path.of(nameOrFile);
        return SuiteFile.read(String.valueOf(file.getFileName()), text(file, "Suite"));
    }

    /**
     * The YAML of a built-in suite, to start your own from.
     *
     * @throws ConfigurationException if there is none of this name
     */
    public static String source(String name) {
        if (!BUILT_IN.contains(name)) {
            throw problem(
                    "There is no built-in suite \"" + name + "\". Built in: " + String.join(", ", BUILT_IN) + ".");
        }
        try (InputStream in = Objects.requireNonNull(Suites.class.getResourceAsStream(name + ".yaml"), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The same suite with the prompt of a file: a UTF-8 text with the places {@code {question}}, {@code {choices}} where
     * there are choices, and, if wanted, {@code {examples}} and {@code {category}}.
     *
     * @throws ConfigurationException if the file cannot be read or a place is missing or unknown
     */
    public static Suite withPrompt(Suite suite, Path file) {
        String text = text(file, "Prompt");
        PromptText question = SuiteFile.question(String.valueOf(file), text, suite.kind());
        return suite.withPrompt(
                suite.prompt().withQuestion(question), SuiteFile.fingerprint(suite.fingerprint(), "\n", text));
    }

    private static String text(Path file, String what) {
        try {
            String text = PlainFiles.readText(file, MOST_BYTES);
            return text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (NoSuchFileException e) {
            throw new ConfigurationException(List.of(what + " " + file.toAbsolutePath() + " does not exist."), e);
        } catch (CharacterCodingException e) {
            throw new ConfigurationException(List.of(what + " " + file + " is not UTF-8."), e);
        } catch (IOException e) {
            throw new ConfigurationException(List.of(what + " " + file + " cannot be read: " + e.getMessage()), e);
        }
    }

    private static ConfigurationException problem(String what) {
        return new ConfigurationException(List.of(what));
    }
}
