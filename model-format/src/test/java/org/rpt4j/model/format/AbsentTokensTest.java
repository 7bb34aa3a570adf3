package org.rpt4j.model.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.rpt4j.api.error.ModelFormatException;

class AbsentTokensTest {

    private static final int VOCABULARY = 10;

    @TempDir
    Path directory;

    private AbsentTokens absent(String tokenizer, Integer... endTokens) throws IOException {
        Files.writeString(directory.resolve("tokenizer.json"), tokenizer);
        return AbsentTokens.of(directory, VOCABULARY, List.of(endTokens));
    }

    private static List<Integer> ids(AbsentTokens absent) {
        return IntStream.range(-1, VOCABULARY + 2)
                .filter(absent::contains)
                .boxed()
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'model':{'vocab':{'a':0,'b':1,'c':3,'d':4}}} | 2,5,6,7,8,9",
                "{'model':{'vocab':{'a':1,'b':9,'c':40}}} | 0,2,3,4,5,6,7,8",
                "{'added_tokens':[{'content':'x','id':9,'special':true}],'model':{'vocab':{'a':0}}} | 1,2,3,4,5,6,7,8",
                "{'model':{'type':'Unigram','vocab':[['a',-1.5],['b',-2],['c',0]]}} | 3,4,5,6,7,8,9",
                "{'truncation':{'model':{'vocab':{'a':0}}},'model':{'merges':[['a','b']],'vocab':{'a':2}}} |"
                        + " 0,1,3,4,5,6,7,8,9"
            })
    void idsThatNoTokenHasAreFound(String tokenizer, String expected) throws IOException {
        AbsentTokens absent = absent(tokenizer.replace('\'', '"'));

        assertThat(ids(absent))
                .isEqualTo(List.of(expected.split(",")).stream()
                        .map(Integer::valueOf)
                        .toList());
        assertThat(absent.count()).isEqualTo(ids(absent).size());
        for (int id = 0; id < VOCABULARY; id++) {
            assertThat(absent.mask()[id]).isEqualTo(absent.contains(id) ? Float.NEGATIVE_INFINITY : 0f);
        }
        double[] logits = new double[VOCABULARY];
        absent.hide(logits);
        assertThat(logits[9]).isEqualTo(absent.contains(9) ? Double.NEGATIVE_INFINITY : 0);
    }

    @Test
    void anEndTokenCountsAsAToken() throws IOException {
        AbsentTokens absent = absent("{\"model\":{\"vocab\":{\"a\":0,\"b\":1}}}", 9, 5);

        assertThat(absent.ranges()).containsExactly(2, 5, 6, 9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"model\":{}}", "{\"model\":{\"type\":\"BPE\",\"vocab\":null}}"})
    void withoutAVocabularyEveryIdHasAToken(String tokenizer) throws IOException {
        assertThat(absent(tokenizer).isEmpty()).isTrue();
    }

    @Test
    void withoutATokenizerEveryIdHasAToken() {
        assertThat(AbsentTokens.of(directory, VOCABULARY, List.of())).isEqualTo(AbsentTokens.NONE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"model\":{\"vocab\":{\"a\":",
                "[1]",
                "{\"model\":{\"vocab\":{\"a\":\"0\"}}}",
                "{\"model\":{\"vocab\":{\"a\":-1}}}",
                "{\"model\":{\"vocab\":{\"a\":0.5}}}",
                "{\"model\":{\"vocab\":{\"a\":4294967296}}}",
                "{\"model\":{\"vocab\":{\"a\":10}}}",
                "{\"model\":{\"vocab\":{}}}",
                "{\"model\":{\"vocab\":{\"a\":0}}} {}"
            })
    void aDamagedOrForeignTokenizerIsRefused(String tokenizer) {
        assertThatThrownBy(() -> absent(tokenizer))
                .isInstanceOf(ModelFormatException.class)
                .hasMessageContaining(directory.resolve("tokenizer.json").toString());
    }
}
