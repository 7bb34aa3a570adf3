package org.rpt4j.run.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.key.Default;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.KeyText;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.section.CorpusKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.Sections;

/** Tests every key in isolation. The keys come from the declarations: a new key without examples fails the test. */
class KeyTest {

    private static final Map<Key<?>, KeyExamples> EXAMPLES = KeyExamples.all();

    static List<Key<?>> keys() {
        return Sections.keys();
    }

    static RunConfigurationBuilder minimal() {
        return RunConfiguration.builder()
                .set(ModelKeys.DIRECTORY, Path.of("model"))
                .set(CorpusKeys.FILES, List.of("corpus.txt"));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aValidValueTakesEffect(Key<?> key) {
        assertThat(EXAMPLES).as("KeyExamples has no example of " + key).containsKey(key);
        String valid = EXAMPLES.get(key).valid();
        RunConfiguration configuration = with(key, EXAMPLES.get(key));

        assertThat(configuration.isGiven(key)).isTrue();
        assertThat(configuration.source(key)).isEqualTo("test");
        assertThat(configuration.find(key))
                .hasValueSatisfying(
                        value -> assertThat(value).isEqualTo(key.type().parse(valid)));
        assertThat(configuration.find(key)).isNotEqualTo(minimal().build().find(key));
    }

    private static RunConfiguration with(Key<?> key, KeyExamples example) {
        RunConfigurationBuilder builder = minimal();
        example.needs().forEach(need -> builder.set(need.split("=")[0], need.split("=")[1], "need"));
        return builder.set(key.name(), example.valid(), "test").build();
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aWrongValueIsRefusedWithItsKeyAndItsPlace(Key<?> key) {
        KeyExamples example = EXAMPLES.get(key);

        ConfigurationException error = catchThrowableOfType(
                ConfigurationException.class,
                () -> minimal().set(key.name(), example.invalid(), "some place").build());

        assertThat(error.problems()).singleElement().asString().contains(key.name(), "some place", example.message());
    }

    @ParameterizedTest
    @MethodSource("keys")
    void formattedValuesParseBack(Key<?> key) {
        requireRoundTrip(key, EXAMPLES.get(key).valid());
    }

    private static <T> void requireRoundTrip(Key<T> key, String valid) {
        T value = key.type().parse(valid);
        assertThat(key.type().parse(key.type().format(value))).isEqualTo(value);
        key.defaultValue(minimal().build())
                .ifPresent(usual ->
                        assertThat(key.type().parse(key.type().format(usual))).isEqualTo(usual));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void everyKeyExplainsItself(Key<?> key) {
        KeyText text = key.text();
        assertThat(text.description()).hasSizeGreaterThan(10);
        assertThat(key.type().describe()).isNotBlank();
        assertThat(key.name()).matches("[a-z]+(-[a-z]+)*\\.[a-z0-9]+(-[a-z0-9]+)*");
        if (key.byDefault() instanceof Default.Derived<?> derived) {
            assertThat(Sections.keys())
                    .as("the source of the default must be a key of a section")
                    .anySatisfy(other -> assertThat(other).isSameAs(derived.from()));
        }
    }

    @Test
    void noTwoKeysShareAName() {
        assertThat(keys()).extracting(Key::name).doesNotHaveDuplicates();
        assertThat(keys()).extracting(Key::environmentVariable).doesNotHaveDuplicates();
        assertThat(EXAMPLES.keySet()).hasSameSizeAs(keys());
    }

    @Test
    void everyClassOfKeysIsASection() throws IOException {
        Path classes = Path.of("target/classes/org/rpt4j/run/config/section");
        try (Stream<Path> files = Files.list(classes)) {
            assertThat(files.filter(file -> file.toString().endsWith("Keys.class")))
                    .hasSameSizeAs(Sections.all());
        }
        assertThat(Sections.all()).extracting(Section::name).doesNotHaveDuplicates();
        assertThat(Sections.all())
                .allSatisfy(section -> assertThat(section.keys()).isNotEmpty());
    }
}
