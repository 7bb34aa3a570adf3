package org.rpt4j.core.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.core.corpus.Corpora;
import org.rpt4j.core.corpus.Document;

class CorpusFingerprintTest {

    private static String of(Document... documents) {
        return CorpusFingerprint.of(Corpora.of(List.of(documents)));
    }

    @Test
    void hashesIdTargetsAndTextWithTheirLengths() throws Exception {
        byte[] content = "\0\0\0\1d\0\0\0\1\0\0\0\3a\u00e9".getBytes(StandardCharsets.UTF_8);
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(content);
        assertThat(of(new Document("d", "a\u00e9", 1)))
                .isEqualTo("sha256:" + HexFormat.of().formatHex(expected));
    }

    @Test
    void everyPartCounts() {
        String base = of(new Document("a", "bc"), new Document("d", "e"));
        assertThat(of(new Document("a", "bc"), new Document("d", "e"))).isEqualTo(base);
        assertThat(List.of(
                        of(new Document("a", "bc")),
                        of(new Document("d", "e"), new Document("a", "bc")),
                        of(new Document("ab", "c"), new Document("d", "e")),
                        of(new Document("a", "bc"), new Document("d", "f")),
                        of(new Document("a", "bc", 1), new Document("d", "e"))))
                .doesNotContain(base)
                .doesNotHaveDuplicates();
    }

    @Test
    void canBeReadBetweenDocuments() {
        CorpusFingerprint fingerprint = new CorpusFingerprint();
        fingerprint.add(new Document("a", "1"));
        assertThat(fingerprint.value()).isEqualTo(of(new Document("a", "1")));
        fingerprint.add(new Document("b", "2"));
        assertThat(fingerprint.value()).isEqualTo(of(new Document("a", "1"), new Document("b", "2")));
        assertThat(fingerprint.documents()).isEqualTo(2);
    }

    @Test
    void anInterruptedThreadLeavesADocument() {
        CorpusFingerprint fingerprint = new CorpusFingerprint();
        Thread.currentThread().interrupt();
        assertThatExceptionOfType(OperationCancelledException.class)
                .isThrownBy(() -> fingerprint.add(new Document("a", "one")));
        assertThat(Thread.interrupted()).isTrue();
    }
}
