package org.rpt4j.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** One word for each thing: the words that docs/glossary.md rules out stand in no public name. */
class GlossaryTest {

    private static final Pattern RULED_OUT = Pattern.compile("`([A-Za-z]+)`");

    @Test
    void noPublicTypeUsesAWordThatTheGlossaryRulesOut() throws IOException {
        Set<String> ruledOut = ruledOut();
        List<String> names = new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .withImportOption(location -> !location.contains("-tests.jar"))
                        .importPackages("org.rpt4j")
                        .stream()
                        .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                        .map(JavaClass::getSimpleName)
                        .filter(name -> !name.isEmpty())
                        .toList();

        assertThat(ruledOut).contains("alarm", "control", "vital sign");
        assertThat(names).hasSizeGreaterThan(100);
        assertThat(names.stream().filter(name -> ruledOut.stream().anyMatch(word -> holds(name, word))))
                .isEmpty();
    }

    @Test
    void wordsAreFoundWholeAndInThePlural() {
        assertThat(holds("AlarmSettings", "alarm")).isTrue();
        assertThat(holds("VitalSigns", "vital sign")).isTrue();
        assertThat(holds("ControllerName", "control")).isFalse();
    }

    private static Set<String> ruledOut() throws IOException {
        String page = Files.readString(ArchitectureTest.ROOT.resolve("docs/glossary.md"));
        String table = page.substring(page.indexOf("<!-- glossary: begin -->"), page.indexOf("<!-- glossary: end -->"));
        return table.lines()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.split("(?<!\\\\)\\|"))
                .filter(cells -> cells.length > 3)
                .flatMap(cells -> RULED_OUT.matcher(cells[3]).results())
                .map((MatchResult found) -> words(found.group(1)))
                .collect(Collectors.toSet());
    }

    private static boolean holds(String name, String word) {
        return (" " + words(name) + " ").matches(".* " + word + "s? .*");
    }

    private static String words(String name) {
        return Arrays.stream(name.split("(?<=[a-z0-9])(?=[A-Z])|_"))
                .map(part -> part.toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(" "));
    }
}
