package org.rpt4j.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.error.CorpusException;

/** An application without the optional libraries, simulated by a class loader that does not find them. */
class OptionalLibraryTest {

    @TempDir
    private Path folder;

    private static final class Without extends ClassLoader {

        private final String missing;

        Without(String missing) {
            super(OptionalLibraryTest.class.getClassLoader());
            this.missing = missing;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith(missing)) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("org.rpt4j.core.corpus.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream bytes = getResourceAsStream(name.replace('.', '/') + ".class")) {
                byte[] content = bytes.readAllBytes();
                return defineClass(name, content, 0, content.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private static int count(ClassLoader loader, Path file) throws Exception {
        Class<?> corpora = Class.forName(Corpora.class.getName(), true, loader);
        Method open = corpora.getMethod("open", Path.class);
        int count = 0;
        for (Object document : (Iterable<?>) open.invoke(null, file)) {
            assertThat(document.getClass().getClassLoader()).isSameAs(loader);
            count++;
        }
        return count;
    }

    @Test
    void aMissingZstandardIsNamed() throws Exception {
        Path file = Files.writeString(folder.resolve("a.jsonl.zst"), "x");
        assertThatThrownBy(() -> count(new Without("com.github.luben"), file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Add com.github.luben:zstd-jni");
    }

    @Test
    void aMissingParquetIsNamed() throws Exception {
        Path file = ParquetFiles.write(folder.resolve("a.parquet"), CompressionCodecName.SNAPPY, List.of("one"));
        assertThatThrownBy(() -> count(new Without("org.apache.parquet"), file))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Add blue.strategic.parquet:parquet-floor");
    }

    @Test
    void aMissingBzip2OrXzIsNamed() throws Exception {
        Path bzip2 = Files.writeString(folder.resolve("a.jsonl.bz2"), "x");
        assertThatThrownBy(() -> count(new Without("org.apache.commons.compress"), bzip2))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Add org.apache.commons:commons-compress");
        Path xz = Files.writeString(folder.resolve("a.jsonl.xz"), "x");
        assertThatThrownBy(() -> count(new Without("org.tukaani"), xz))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Add org.tukaani:xz");
    }

    @Test
    void aMissingCsvIsNamedAndOtherRowsNeedNone() throws Exception {
        Path table = Files.writeString(folder.resolve("a.csv"), "q\nx\n");
        Path lines = Files.writeString(folder.resolve("a.jsonl"), "{\"q\": \"x\"}");
        ClassLoader without = new Without("org.apache.commons.csv");
        assertThatThrownBy(() -> rows(without, table))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("Add org.apache.commons:commons-csv");
        assertThat(rows(without, lines)).isEqualTo(1);
    }

    private static int rows(ClassLoader loader, Path file) throws Exception {
        Class<?> options = Class.forName(CorpusOptions.class.getName(), true, loader);
        Method open = Class.forName(RowFiles.class.getName(), true, loader).getMethod("open", List.class, options);
        Object defaults = options.getField("DEFAULTS").get(null);
        int count = 0;
        for (Object row : (Iterable<?>) open.invoke(null, List.of(file.toString()), defaults)) {
            assertThat(row.getClass().getClassLoader()).isSameAs(loader);
            count++;
        }
        return count;
    }

    @Test
    void aMissingBrotliIsNamedAndOtherCodecsNeedNone() throws Exception {
        List<String> texts = List.of("one");
        Path brotli = ParquetFiles.write(folder.resolve("a.parquet"), CompressionCodecName.BROTLI, texts);
        Path gzip = ParquetFiles.write(folder.resolve("b.parquet"), CompressionCodecName.GZIP, texts);
        assertThatThrownBy(() -> count(new Without("org.brotli"), brotli))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("compressed with BROTLI")
                .hasMessageContaining("Add org.brotli:dec");
        assertThat(count(new Without("org.brotli"), gzip)).isEqualTo(1);
    }

    @Test
    void anotherVersionOfALibraryIsNotTakenForAMissingOne() {
        assertThatThrownBy(() -> OptionalLibrary.PARQUET.use(folder, () -> {
                    throw new NoSuchMethodError("void missing()");
                }))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("has another version than expected")
                .hasMessageContaining("Put blue.strategic.parquet:parquet-floor:2.3 first");
    }

    @Test
    void theVersionsNamedAreThoseOfTheBillOfMaterials() throws IOException {
        String bom = Files.readString(Path.of("..", "bom", "pom.xml")).replaceAll("\\s", "");
        for (OptionalLibrary library : OptionalLibrary.values()) {
            String[] artifact = library.artifact().split(":");
            assertThat(bom)
                    .contains("<groupId>" + artifact[0] + "</groupId><artifactId>" + artifact[1]
                            + "</artifactId><version>" + artifact[2] + "</version>");
        }
    }

    @Test
    void otherFilesNeedNeither() throws Exception {
        Path file = Files.writeString(folder.resolve("a.jsonl"), "{\"text\": \"x\"}");
        assertThat(count(new Without("com.github.luben"), file)).isEqualTo(1);
        assertThat(count(new Without("org.apache.parquet"), file)).isEqualTo(1);
    }
}
