package org.rpt4j.api.error;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PrintableTest {

    @Test
    void whatATerminalObeysIsShownAsItsEscape() {
        assertThat(Printable.of("a\u001b[2Jb\u001b]0;title\u0007\u009b31m\u007f\u0000"))
                .isEqualTo("a\\u001b[2Jb\\u001b]0;title\\u0007\\u009b31m\\u007f\\u0000");
        assertThat(Printable.of("\u202egnp.exe\u202c \u2066\u2069\u200f\u061c"))
                .isEqualTo("\\u202egnp.exe\\u202c \\u2066\\u2069\\u200f\\u061c");
        assertThat(Printable.of("a\u2028b\u2029c\u0085d")).isEqualTo("a\\u2028b\\u2029c\\u0085d");
        for (char c = 0; c < 0xa0; c++) {
            if (Character.isISOControl(c) && c != '\n' && c != '\t') {
                assertThat(Printable.of("x" + c)).hasSize(7).startsWith("x\\u00");
            }
        }
    }

    @Test
    void ordinaryTextStaysTheSame() {
        String text = "Zw\u00f6lf \u4e2d\u6587 \u0639\u0631\u0628\u064a \ud83d\ude00\u200d\ud83d\udd25\n\ttwo\r\nthree";
        assertThat(Printable.of(text)).isSameAs(text);
    }

    @Test
    void aLineStaysALine() {
        assertThat(Printable.line("a\nb\tc\r\n")).isEqualTo("a\\u000ab\\u0009c\\u000d\\u000a");
        assertThat(Printable.of("over\rwritten")).isEqualTo("over\\u000dwritten");
    }

    @Test
    void everyMessageOfOursIsPrintable() {
        String hostile = "file \u001b[31m\u202e";
        assertThat(new StorageException(hostile)).hasMessage("file \\u001b[31m\\u202e");
        ConfigurationException several = new ConfigurationException(List.of(hostile, "b"));
        assertThat(several.getMessage()).doesNotContain("\u001b", "\u202e");
        assertThat(several.problems().get(0)).isEqualTo("file \\u001b[31m\\u202e");
    }
}
