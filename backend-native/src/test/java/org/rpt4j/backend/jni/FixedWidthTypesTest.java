package org.rpt4j.backend.jni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The C++ never says {@code long}: it has 64 bits on Linux and macOS and 32 on Windows. Sizes are {@code size_t},
 * strides {@code ptrdiff_t}, offsets and counts {@code int64_t}.
 */
class FixedWidthTypesTest {

    private static final Path SOURCES = Path.of("src/main/cpp");

    /** Comments and strings, which may say anything; what is left is code. */
    private static final Pattern NO_CODE =
            Pattern.compile("//[^\n]*|/\\*.*?\\*/|\"(?:\\\\.|[^\"\\\\\n])*\"", Pattern.DOTALL);

    /** The type, and literals that have it, such as 4L and 1ul; 1ull has 64 bits everywhere. */
    private static final Pattern LONG = Pattern.compile("\\blong\\b|\\b\\d[\\d']*(?:[uU]?[lL]|[lL][uU])\\b");

    @Test
    void sourcesHaveNoLong() throws IOException {
        List<String> found = new ArrayList<>();
        List<Path> files;
        try (Stream<Path> tree = Files.walk(SOURCES)) {
            files = tree.filter(file -> file.toString().matches(".*\\.(cpp|h|inl)"))
                    .toList();
        }
        assertThat(files).hasSizeGreaterThan(40);
        for (Path file : files) {
            for (String use : longsIn(Files.readString(file))) {
                found.add(file + ":" + use);
            }
        }
        assertThat(found)
                .as("`long` has 32 bits on Windows; use size_t, ptrdiff_t or int64_t")
                .isEmpty();
    }

    @Test
    void everyWayToWriteItIsFound() {
        assertThat(longsIn("int a;\nlong b;")).containsExactly("2: long");
        assertThat(longsIn("unsigned long c = 1; auto d = long(2);")).containsExactly("1: long", "1: long");
        assertThat(longsIn("count(4L * rows, 1'000ul)")).containsExactly("1: 4L", "1: 1'000ul");
        assertThat(longsIn("std::atomic<long> d;")).containsExactly("1: long");
    }

    @Test
    void commentsStringsAndOtherWordsAreNot() {
        assertThat(longsIn("// as long as\n/* long\nlong */ say(\"a \\\" long way\");"))
                .isEmpty();
        assertThat(longsIn("jlong a; int64_t longest = 1ull; size_t b = 0x9Eull;"))
                .isEmpty();
    }

    private static List<String> longsIn(String source) {
        // The lines stay where they are, so that a finding has its number.
        String code = NO_CODE.matcher(source)
                .replaceAll(gap -> "\n"
                        .repeat((int) gap.group().chars().filter(c -> c == '\n').count()));
        List<String> found = new ArrayList<>();
        Matcher matcher = LONG.matcher(code);
        while (matcher.find()) {
            long line = 1
                    + code.substring(0, matcher.start())
                            .chars()
                            .filter(c -> c == '\n')
                            .count();
            found.add(line + ": " + matcher.group());
        }
        return found;
    }
}
