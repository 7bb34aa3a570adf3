package org.rpt4j.core.corpus;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;
import org.rpt4j.core.dataset.CorpusFingerprint;

/** The same corpus has the same ids, the same text and the same held-out documents in every environment. */
class SameEverywhereTest {

    private static final List<List<String>> SETTINGS = List.of(
            List.of("-Duser.language=tr", "-Duser.country=TR"),
            List.of("-Duser.language=ar", "-Duser.country=EG"),
            List.of("-Dfile.encoding=ISO-8859-1"),
            List.of("-Duser.timezone=Pacific/Apia"));

    @TempDir
    private Path folder;

    /** Run in a process of its own: prints what identifies the documents of the patterns, or why there are none. */
    public static final class Identities {

        public static void main(String[] arguments) {
            PrintStream out = new PrintStream(System.out, true, UTF_8);
            try {
                // A pattern of "files" stands for every file of the folder, as Java lists it.
                Corpus corpus = arguments[1].equals("files")
                        ? () -> concatenated(Path.of(arguments[0]))
                        : Corpora.open(List.of(arguments[0] + "/" + arguments[1]), CorpusOptions.DEFAULTS);
                DocumentSplit split = new DocumentSplit(0.5, 7);
                corpus.forEach(document -> out.println(document + " " + split.isHeldOut(document.id())));
                out.println(CorpusFingerprint.of(corpus));
            } catch (CorpusException e) {
                out.println("refused: " + e.getMessage());
            }
        }

        private static DocumentIterator concatenated(Path folder) {
            List<Document> documents = new ArrayList<>();
            try (Stream<Path> files = Files.list(folder)) {
                files.forEach(file -> Corpora.open(file).forEach(documents::add));
            } catch (IOException e) {
                throw new CorpusException(e.toString(), e);
            }
            documents.sort((a, b) -> a.id().compareTo(b.id()));
            return Corpora.of(documents).iterator();
        }
    }

    private String identities(List<String> settings, String locale, String pattern) throws Exception {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(settings);
        command.addAll(List.of(
                "-cp", System.getProperty("java.class.path"), Identities.class.getName(), folder.toString(), pattern));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
        builder.environment().keySet().removeAll(List.of("LANG", "LC_CTYPE", "LC_ALL"));
        builder.environment().putAll(Map.of("LC_ALL", locale));
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private void write(String name) throws IOException {
        Files.writeString(folder.resolve(name), "{\"text\": \"" + name + " \u00e9 1.5\"}\n{\"text\": \"I i\"}\n");
    }

    @Test
    void settingsOfJavaChangeNothing() throws Exception {
        write("INDEX.JSONL");
        write("a.jsonl");
        write("B.jsonl");
        String expected = identities(List.of(), "C.UTF-8", "{I,a,B}*");
        assertThat(expected).contains("id=INDEX.JSONL#2", "id=a.jsonl#1", "sha256:");
        assertThat(identities(List.of(), "C", "{I,a,B}*")).isEqualTo(expected);
        for (List<String> settings : SETTINGS) {
            assertThat(identities(settings, "C.UTF-8", "{I,a,B}*"))
                    .as("%s", settings)
                    .isEqualTo(expected);
        }
    }

    @Test
    void aNameThatTheLocaleLacksKeepsItsIds() throws Exception {
        assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
        write("a.jsonl");
        write("\u00e9\ud83e\udd99.jsonl");
        String expected = identities(List.of(), "C.UTF-8", "files");
        assertThat(expected).contains("id=\u00e9\ud83e\udd99.jsonl#2");
        assertThat(identities(List.of(), "C", "files")).isEqualTo(expected);
        assertThat(identities(List.of(), "C.UTF-8", "*.jsonl")).isEqualTo(expected);
    }

    @Test
    void aPatternIsRefusedIfTheLocaleCannotCompareIt() throws Exception {
        assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
        write("a.jsonl");
        write("\u00e9.jsonl");
        assertThat(identities(List.of(), "C.UTF-8", "?.jsonl")).contains("id=\u00e9.jsonl#1");
        assertThat(identities(List.of(), "C", "?.jsonl"))
                .startsWith("refused: ")
                .contains("cannot be compared with the file name", "Set a UTF-8 locale, such as LC_ALL=C.UTF-8");
    }

    @Test
    void aNameThatIsNotUtf8IsRefused() throws Exception {
        assumeThat(System.getProperty("sun.jnu.encoding")).isEqualTo("UTF-8");
        Process shell = new ProcessBuilder("sh", "-c", "printf 'x' > \"$(printf 'caf\\351.txt')\"")
                .directory(folder.toFile())
                .start();
        assertThat(shell.waitFor()).isZero();
        assertThat(identities(List.of(), "C.UTF-8", "*.txt"))
                .startsWith("refused: ")
                .contains("its name is not UTF-8");
        assertThat(identities(List.of(), "C", "files")).startsWith("refused: ").contains("its name is not UTF-8");
    }
}
