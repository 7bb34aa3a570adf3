package org.rpt4j.core.tokenize;

import java.util.List;
import java.util.SplittableRandom;

/** Texts of many scripts with everything that tokenizers treat specially. */
final class RandomTexts {

    private static final List<String> PARTS = List.of(
            "a",
            " ",
            "  ",
            "\n",
            "\r\n",
            "\t",
            "the",
            "The",
            " the",
            " don't",
            "'s",
            "'S",
            "'ll",
            "'LL",
            "'RE",
            "'\u017f",
            "1",
            "12",
            "123",
            "1234",
            "\u00bd",
            "\u0661",
            "\u00e9",
            "e\u0301",
            "\u4e2d\u6587",
            "\u65e5\u672c\u8a9e",
            "\ud83d\ude00",
            "\ud83d\udc69\u200d\ud83d\udcbb",
            "\u0e01\u0e33",
            "<|endoftext|>",
            "<think>",
            "</think>",
            "<s>",
            "<0x0A>",
            "\u2581",
            "\u00a0",
            "\u3000",
            "\u2028",
            "\u0085",
            "\0",
            "\u0001",
            "\u0300\u0323\u0301",
            "_",
            "-",
            "...",
            "!?",
            "(x)",
            "\u1c89",
            "\ud804\udf80",
            "\ufb01",
            "\uac00\u11a8",
            "\u1100\u1161",
            "\u0f71\u0f72",
            "aaaaaaaaaaaaaaaa",
            "                ",
            "SEP",
            "   ",
            "/",
            "\u212a",
            "\u0130",
            "\u00df");

    private final SplittableRandom random;

    RandomTexts(long seed) {
        random = new SplittableRandom(seed);
    }

    String next() {
        StringBuilder text = new StringBuilder();
        for (int part = random.nextInt(1, 20); part > 0; part--) {
            switch (random.nextInt(8)) {
                case 0 -> text.append(known().repeat(random.nextInt(1, 40)));
                case 1 -> text.append((char) random.nextInt(' ', 127));
                case 2 -> text.appendCodePoint(random.nextInt(0xA0, 0x3100));
                case 3 -> text.appendCodePoint(random.nextInt(0xE000, 0x30000));
                default -> text.append(known());
            }
        }
        return text.toString();
    }

    private String known() {
        return PARTS.get(random.nextInt(PARTS.size()));
    }
}
