package org.rpt4j.core.tokenize;

import java.util.List;

/** Texts that are likely to cause errors. All are in NFC, which some tokenizers enforce. */
final class Texts {

    static final List<String> SAMPLES = List.of(
            "",
            " ",
            "  \n\n \t\r\n ",
            "Hello, world!",
            " leading and trailing ",
            "na\u00efve caf\u00e9 \u20ac5 \u4e2d\u6587 \u0432\u0435\u0440\u0441\u0442\u0430",
            "\ud83e\udd99\ud83d\ude80 \ud83d\udc69\u200d\ud83d\udcbb",
            "U+FFFD itself: \uFFFD, a mark: \uFEFF, a null: \0, a bell: \u0007",
            "\\boxed{ \\frac{1}{2} } {{}} }{ \\",
            "<think>a</think><|endoftext|></s><s><0x0A><unk>",
            "def f(x):\n    return x ** 2\n\n\n",
            "1234567890 3.14159 1e-6");

    private Texts() {}
}
