package org.rpt4j.bench.suite;

import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.corpus.CorpusOptions;
import org.rpt4j.core.corpus.Row;
import org.rpt4j.core.corpus.RowFiles;
import org.rpt4j.model.format.Sha256;

/**
 * The questions of a file as it was published.
 *
 * @param questions all that can be asked, in the order of the file
 * @param refused rows that are no question, in words; empty unless they were tolerated
 * @param fingerprint SHA-256 of the questions, their choices, answers and categories
 * @since 0.1.0
 */
public record QuestionFile(List<SuiteQuestion> questions, List<String> refused, String fingerprint) {

    private static final int SHOWN = 10;

    public QuestionFile {
        questions = List.copyOf(questions);
        refused = List.copyOf(refused);
    }

    /**
     * Reads every question.
     *
     * @param patterns files, globs, or folders of JSON files
     * @param tolerated how many rows may be no question
     * @throws CorpusException if a file is missing or damaged, has no question, or has more wrong rows than tolerated; it
     *     lists the first of them and says which suite the file fits
     */
    public static QuestionFile read(Suite suite, List<String> patterns, int tolerated) {
        return read(suite, rows(suite, patterns), tolerated, false);
    }

    /**
     * Reads examples to show: their solutions must be there if the suite shows them.
     *
     * @throws CorpusException as {@link #read}
     */
    public static QuestionFile readExamples(Suite suite, List<String> patterns) {
        return read(suite, rows(suite, patterns), 0, suite.prompt().showsWorked());
    }

    private static Iterable<Row> rows(Suite suite, List<String> patterns) {
        try {
            CorpusOptions.Builder options = CorpusOptions.builder();
            folder(patterns).ifPresent(options::root);
            return RowFiles.open(patterns.stream().map(QuestionFile::files).toList(), options.build());
        } catch (CorpusException e) {
            throw new CorpusException(
                    e.getMessage()
                            + (suite.publishedAs().isEmpty()
                                    ? ""
                                    : " rpt4j downloads nothing: " + suite.title() + " is published as "
                                            + suite.publishedAs() + "."),
                    e);
        }
    }

    /** A folder stands for the JSON files in it and in its folders: MATH was first published as one for each problem. */
    private static String files(String pattern) {
        return isFolder(pattern) ? pattern + "/**.json" : pattern;
    }

    private static boolean isFolder(String pattern) {
        try {
            return Files.isDirectory(Path.of(pattern));
        } catch (InvalidPathException e) {
            return false; // a pattern that is no path on this system
        }
    }

    /** What all folders have in common, so that files of one name in several have different ids; empty without any. */
    private static Optional<Path> folder(List<String> patterns) {
        Path common = null;
        for (String pattern : patterns) {
            if (!isFolder(pattern)) {
                return Optional.empty();
            }
            Path folder = Path.of(pattern).toAbsolutePath().normalize();
            while (common != null && !folder.startsWith(common)) {
                common = common.getParent();
            }
            common = common == null ? folder : common;
        }
        return Optional.ofNullable(common);
    }

    static QuestionFile read(Suite suite, Iterable<Row> rows, int tolerated, boolean worked) {
        RowReader reader = new RowReader(suite.kind(), suite.fields());
        List<SuiteQuestion> questions = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        Map<String, String> places = new HashMap<>();
        Row firstRefused = null;
        for (Row row : rows) {
            try {
                SuiteQuestion question = reader.read(row);
                String before = places.putIfAbsent(question.id(), row.place());
                if (before != null) {
                    throw new RowException("its id \"" + question.id() + "\" is that of " + before);
                }
                if (worked && question.worked().isEmpty()) {
                    throw new RowException("the field \""
                            + suite.fields().worked().orElseThrow() + "\", its worked solution, is missing or empty");
                }
                questions.add(question);
            } catch (RowException e) {
                firstRefused = firstRefused == null ? row : firstRefused;
                refused.add(row.place() + ": " + e.getMessage());
            }
        }
        requireEnough(suite, questions, refused, tolerated, firstRefused);
        return new QuestionFile(questions, refused, fingerprint(questions));
    }

    private static void requireEnough(
            Suite suite,
            List<SuiteQuestion> questions,
            List<String> refused,
            int tolerated,
            @Nullable Row firstRefused) {
        if (questions.isEmpty() && refused.isEmpty()) {
            throw new CorpusException(
                    "The file has no rows, so there is nothing to ask for suite " + suite.name() + ".");
        }
        if (refused.size() <= tolerated && !questions.isEmpty()) {
            return;
        }
        StringBuilder message = new StringBuilder(refused.size() + " of " + (refused.size() + questions.size())
                + " rows are no questions of suite " + suite.name() + ":");
        refused.stream().limit(SHOWN).forEach(row -> message.append("\n- ").append(row));
        if (refused.size() > SHOWN) {
            message.append("\n- and ").append(refused.size() - SHOWN).append(" more");
        }
        message.append("\n")
                .append(
                        questions.isEmpty()
                                ? other(suite, firstRefused)
                                : "Correct the rows, or allow " + refused.size() + " of them with --tolerated-rows "
                                        + refused.size() + ".");
        throw new CorpusException(message.toString());
    }

    /** Which suite the file is of, if it is of another. */
    private static String other(Suite suite, @Nullable Row row) {
        if (row == null) {
            return "";
        }
        List<String> fitting = Suites.builtIn().stream()
                .filter(name -> !name.equals(suite.name()))
                .map(Suites::open)
                .filter(one -> new RowReader(one.kind(), one.fields()).recognises(row))
                .map(Suite::name)
                .toList();
        return "The first row has the fields " + String.join(", ", row.values().keySet()) + ". "
                + (fitting.isEmpty()
                        ? "Describe them in a suite file of your own."
                        : "They are those of --suite " + String.join(" or ", fitting) + ".");
    }

    private static String fingerprint(List<SuiteQuestion> questions) {
        Sha256 hash = new Sha256();
        questions.forEach(question -> hash.add(question + "\n"));
        return hash.hex();
    }
}
