package org.rpt4j.core.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroupFactory;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.CorpusException;

class RowFilesTest {

    private static final CorpusOptions ONE_BAD =
            CorpusOptions.DEFAULTS.toBuilder().toleratedBadLines(1).build();

    @TempDir
    private Path folder;

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private static RowFiles open(Path file) {
        return RowFiles.open(List.of(file.toString()), CorpusOptions.DEFAULTS);
    }

    private static List<Row> read(Iterable<Row> rows) {
        List<Row> all = new ArrayList<>();
        rows.forEach(all::add);
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"q\": \"a\", \"n\": 1}\n\n{\"q\": \"b\", \"n\": 0.50}\n",
                "\uFEFF{\"q\": \"a\", \"n\": 1}\n\n{\"q\": \"b\", \"n\": 0.50}"
            })
    void linesOfJsonAreRowsByTheirLineNumber(String content) throws IOException {
        List<Row> rows = read(open(write("a.jsonl", content)));
        assertThat(rows).extracting(Row::id).containsExactly("a.jsonl#1", "a.jsonl#3");
        assertThat(rows.get(1).values()).isEqualTo(Map.of("q", "b", "n", new BigDecimal("0.50")));
        assertThat(rows.get(1).text("n")).isEqualTo("0.50");
    }

    @Test
    void anArrayOfJsonIsReadByItsContent() throws IOException {
        String array = " \n[ {\"q\": \"a\", \"c\": [\"x\", null, {\"y\": true}]},\n {\"q\": null} ]\n";
        for (String name : List.of("a.json", "a.jsonl")) {
            List<Row> rows = read(open(write(name, array)));
            assertThat(rows).extracting(Row::id).containsExactly(name + "#1", name + "#2");
            assertThat(rows.get(0).values().get("c")).isEqualTo(Arrays.asList("x", null, Map.of("y", true)));
            assertThat(rows.get(1).values()).containsKey("q");
            assertThat(rows.get(1).value("q")).isNull();
        }
    }

    @Test
    void anArrayGoesOnBehindABadRow() throws IOException {
        Path file = write("a.json", "[{\"q\": \"a\"}, {\"c\": [[\"\\ud800\", 1], 2], \"d\": {}}, {\"q\": \"c\"}]");
        RowFiles.Pass pass = RowFiles.open(List.of(file.toString()), ONE_BAD).iterator();
        assertThat(pass.next().number()).isEqualTo(1);
        assertThat(pass.next().number()).isEqualTo(3);
        assertThat(pass.hasNext()).isFalse();
        assertThat(pass.badLines())
                .singleElement()
                .satisfies(bad -> assertThat(bad.problem()).contains("row 2", "unpaired surrogate"));
        assertThatThrownBy(() -> read(open(file))).hasMessageContaining("row 2");
        Path numbers = write("b.json", "[1, {\"q\": \"b\"}]");
        assertThatThrownBy(() -> read(open(numbers))).hasMessageContaining("row 1 holds a number, not a JSON object");
        assertThat(read(RowFiles.open(List.of(numbers.toString()), ONE_BAD))).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[{\"q\": 1}",
                "[{\"q\": 1},",
                "[{\"q\": 1}] [",
                "[{\"q\": 1, \"q\": 2}]",
                "[{\"q\": }]",
                "[{\"q\": 1}{\"q\": 1}]"
            })
    void aBrokenArrayEndsThePassWithItsPlace(String content) throws IOException {
        Path file = write("a.json", content);
        assertThatThrownBy(() -> read(open(file)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a.json");
    }

    @Test
    void aRowOfAnArrayIsBounded() throws IOException {
        Path file = write("a.json", "[{\"q\": \"" + "x".repeat(1 << 20) + "\"}]");
        CorpusOptions small =
                CorpusOptions.DEFAULTS.toBuilder().maxDocumentBytes(1000).build();
        assertThatThrownBy(() -> read(RowFiles.open(List.of(file.toString()), small)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("longer than 1000 bytes");
    }

    @Test
    void manyRowsOfAnArrayDoNotAddUp() throws IOException {
        StringBuilder array = new StringBuilder("[");
        for (int i = 0; i < 2000; i++) {
            array.append(i == 0 ? "" : ",")
                    .append("{\"q\": \"")
                    .append("x".repeat(100))
                    .append("\"}");
        }
        CorpusOptions small =
                CorpusOptions.DEFAULTS.toBuilder().maxDocumentBytes(200).build();
        Path file = write("a.json", array.append("]").toString());
        assertThat(read(RowFiles.open(List.of(file.toString()), small))).hasSize(2000);
    }

    @Test
    void tablesHaveQuotedFieldsAndNamedColumns() throws IOException {
        String csv = "\uFEFFid,question,answer\n7,\"How, \"\"exactly\"\",\nmuch?\",  4 \n8,Why?,\n";
        List<Row> rows = read(open(write("a.csv", csv)));
        assertThat(rows.get(0).values())
                .isEqualTo(Map.of("id", "7", "question", "How, \"exactly\",\nmuch?", "answer", "  4 "));
        assertThat(rows.get(1).text("answer")).isEmpty();
        assertThat(rows).extracting(Row::id).containsExactly("a.csv#1", "a.csv#2");
        assertThat(read(open(write("a.tsv", "q\ta\r\nx, y\t\"1\"\r\n"))).get(0).values())
                .isEqualTo(Map.of("q", "x, y", "a", "1"));
    }

    @Test
    void aTableWithoutNamesGetsThem() throws IOException {
        Path file = write("a.csv", "What?,x,y,B\n");
        List<Row> rows = read(open(file).columns(List.of("q", "A", "B", "answer")));
        assertThat(rows.get(0).text("answer")).isEqualTo("B");
        assertThat(read(open(write("b.csv", ",q\n0,x\n"))).get(0).values()).containsKey("column 1");
        assertThatThrownBy(() -> open(file).columns(List.of("q", "q")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
        assertThatThrownBy(() -> read(open(write("c.csv", "q,q\n1,2\n")))).hasMessageContaining("two columns \"q\"");
    }

    @Test
    void aRowWithOtherFieldsIsBadAndTheNextIsRead() throws IOException {
        Path file = write("a.csv", "q,a\nx\ny,1\n");
        assertThatThrownBy(() -> read(open(file)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("row 1 has 1 fields for the 2 columns [q, a]");
        assertThat(read(RowFiles.open(List.of(file.toString()), ONE_BAD)))
                .singleElement()
                .satisfies(row -> assertThat(row.number()).isEqualTo(2));
    }

    @Test
    void aBrokenTableIsTold() throws IOException {
        assertThatThrownBy(() -> read(open(write("a.csv", "q,a\n\"x,1\ny,2\n"))))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("a.csv");
        Path latin = Files.write(folder.resolve("b.csv"), "q,a\nä,1\n".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> read(open(latin)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("UTF-8");
        Path wide = write("c.csv", "q,a\n\"" + "x,".repeat(1 << 17) + "\",1\n");
        CorpusOptions small =
                CorpusOptions.DEFAULTS.toBuilder().maxDocumentBytes(1000).build();
        assertThatThrownBy(() -> read(RowFiles.open(List.of(wide.toString()), small)))
                .hasMessageContaining("longer than 1000 bytes");
    }

    @Test
    void compressedFilesOfOtherNamesAreRead() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("q,a\nx,1\n".getBytes(StandardCharsets.UTF_8));
        }
        Path file = Files.write(folder.resolve("a.csv.gz"), bytes.toByteArray());
        assertThat(read(open(file)).get(0).id()).isEqualTo("a.csv.gz#1");
        Path other = write("data.txt", "{\"q\": \"a\"}\n");
        assertThatThrownBy(() -> read(open(other))).hasMessageContaining("no name of a file with rows");
        assertThat(read(open(other).format(RowFiles.Format.JSON))).hasSize(1);
    }

    @Test
    void parquetHasListsStructuresAndNumbers() throws IOException {
        MessageType schema = MessageTypeParser.parseMessageType("message row {"
                + " required binary q (STRING); optional int64 n; optional double d; required int32 p (DECIMAL(9,2));"
                + " optional group choices { optional group text (LIST) { repeated group list {"
                + " optional binary element (STRING); } } repeated binary label (STRING); } }");
        Path file = folder.resolve("a.parquet");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .build()) {
            Group row = new SimpleGroupFactory(schema).newGroup();
            row.append("q", "Why?").append("n", 3L).append("d", 4.0).append("p", 150);
            Group choices = row.addGroup("choices");
            Group list = choices.addGroup("text");
            list.addGroup("list").append("element", "x");
            list.addGroup("list");
            choices.append("label", "A").append("label", "B");
            writer.write(row);
            writer.write(new SimpleGroupFactory(schema)
                    .newGroup()
                    .append("q", "How?")
                    .append("p", 5));
        }
        List<Row> rows = read(open(file));
        assertThat(rows.get(0).value("choices.text")).isEqualTo(Arrays.asList("x", null));
        assertThat(rows.get(0).value("choices.label")).isEqualTo(List.of("A", "B"));
        assertThat(List.of(
                        rows.get(0).text("n"),
                        rows.get(0).text("d"),
                        rows.get(0).text("p")))
                .containsExactly("3", "4", "1.50");
        assertThat(rows.get(1).value("choices")).isNull();
        assertThat(read(open(file).fields(Set.of("choices.label"))).get(0).values())
                .containsOnlyKeys("choices");
        assertThatThrownBy(() -> read(open(file).fields(Set.of("answer"))))
                .hasMessageContaining("none of the columns [answer]; it has [q, n, d, p, choices]");
    }

    /** A small file may hold lists that fill the memory: 17 million equal entries are a few bytes. */
    @Test
    void listsThatFillTheMemoryAreRefusedBeforeTheyAreRead() throws IOException {
        MessageType schema =
                MessageTypeParser.parseMessageType("message row { required int32 q; repeated boolean entries; }");
        Path file = folder.resolve("a.parquet");
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(schema)
                .build()) {
            Group row = new SimpleGroupFactory(schema).newGroup().append("q", 1);
            for (int i = 0; i < 100_000; i++) {
                row.add("entries", true);
            }
            for (int i = 0; i < 170; i++) {
                writer.write(row);
            }
        }
        assertThat(Files.size(file)).isLessThan(1 << 22);
        assertThatThrownBy(() -> read(open(file)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("at most 1073741824 are read at once");
        assertThat(read(open(file).fields(Set.of("q")))).hasSize(170);
    }

    @Test
    void aPathLeadsIntoListsAndObjects() throws IOException {
        Row row = read(open(write("a.jsonl", "{\"a.b\": 1, \"a\": {\"c\": [{\"t\": \"x\"}, {\"t\": \"y\"}]}}")))
                .get(0);
        assertThat(row.text("a.b")).isEqualTo("1");
        assertThat(row.value("a.c.t")).isEqualTo(List.of("x", "y"));
        assertThat(row.text("a.c.1.t")).isEqualTo("y");
        assertThat(row.value("a.c.7")).isNull();
        assertThat(row.value("b")).isNull();
        assertThatThrownBy(() -> row.text("b")).hasMessageContaining("no field \"b\"; it has [a.b, a]");
        assertThatThrownBy(() -> row.text("a.c")).hasMessageContaining("is a list, not a text");
    }

    @Test
    void aRowMayBePassedOverByItsReader() throws IOException {
        Path file = write("a.jsonl", "{\"q\": 1}\n{\"q\": 2}\n{\"q\": 3}\n");
        RowFiles.Pass pass = RowFiles.open(List.of(file.toString()), ONE_BAD).iterator();
        pass.next();
        pass.passOver(new CorpusException("first"));
        pass.next();
        assertThatThrownBy(() -> pass.passOver(new CorpusException("second"))).hasMessageContaining("second");
        assertThat(pass.hasNext()).isFalse();
    }

    @Test
    void filesWithoutRowsAndOptionsForTextAreRefused() throws IOException {
        for (String name : List.of("a.jsonl", "a.csv", "b.json")) {
            Path file = write(name, name.equals("b.json") ? "[]" : name.equals("a.csv") ? "q,a\n" : "\n");
            assertThatThrownBy(() -> read(open(file))).hasMessageContaining("it has no rows");
        }
        CorpusOptions text = CorpusOptions.DEFAULTS.toBuilder()
                .format(CorpusOptions.Format.TEXT)
                .build();
        assertThatThrownBy(() -> RowFiles.open(List.of("a.jsonl"), text)).hasMessageContaining("RowFiles.format");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\n  \"q\": \"a\",\n  \"n\": 1\n}\n", "\uFEFF \n{ \r\n\"q\": \"a\", \"n\": 1}"})
    void anObjectThatSpansLinesIsARow(String content) throws IOException {
        Path file = write("1.json", content);
        assertThat(read(open(file))).singleElement().satisfies(row -> {
            assertThat(row.id()).isEqualTo("1.json#1");
            assertThat(row.text("q")).isEqualTo("a");
        });
    }

    @Test
    void severalObjectsMaySpanLinesAndABadOneIsPassedOver() throws IOException {
        Path file = write(
                "3.json",
                "{\n\"q\": \"a\"}\n{\n\"q\": \"b\", \"r\": {\"s\": [\"\\ud800\", {\"t\": 1}]}}\n{\"q\":\n\"c\"}");
        RowFiles.Pass rows = RowFiles.open(List.of(file.toString()), ONE_BAD).iterator();
        List<String> texts = new ArrayList<>();
        rows.forEachRemaining(row -> texts.add(row.id() + " " + row.text("q")));
        assertThat(texts).containsExactly("3.json#1 a", "3.json#3 c");
        assertThat(rows.badLines())
                .singleElement()
                .satisfies(bad -> assertThat(bad.line()).isEqualTo(2));
    }

    @Test
    void anObjectThatSpansLinesAndHasNoEndIsRefused() throws IOException {
        Path file = write("2.json", "{\n\"q\": \"a\"");
        assertThatThrownBy(() -> read(open(file)))
                .isInstanceOf(CorpusException.class)
                .hasMessageContaining("2.json, row 1 is not valid JSON");
    }
}
