package org.rpt4j.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One construct per row. The expected texts in {@code table.json} were computed by Jinja2 3.1.6 on Python 3.11 in the
 * environment of transformers; a row without one is a template that Jinja2 refuses.
 */
class JinjaTableTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private static JsonNode table() throws IOException {
        try (InputStream file = JinjaTableTest.class.getResourceAsStream("table.json")) {
            return JSON.readTree(file);
        }
    }

    static Stream<Arguments> rows() throws IOException {
        JsonNode table = table();
        Map<String, Object> variables =
                JSON.convertValue(table.get("variables"), new TypeReference<Map<String, Object>>() {});
        return StreamSupport.stream(table.get("rows").spliterator(), false)
                .map(row -> Arguments.of(
                        row.get("group").asText(), row.get("template").asText(), row.get("expected"), variables));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("rows")
    void everyRowIsRenderedOrRefusedAsJinja2Does(
            String group, String template, JsonNode expected, Map<String, Object> variables) {
        if (expected.isNull()) {
            assertThatThrownBy(() -> JinjaTemplate.parse(template).render(variables))
                    .as(group)
                    .isInstanceOf(JinjaException.class);
        } else {
            assertThat(JinjaTemplate.parse(template).render(variables))
                    .as(group)
                    .isEqualTo(expected.asText());
        }
    }

    @Test
    void theTableIsWhole() throws IOException {
        assertThat(table().get("rows")).hasSizeGreaterThan(800);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "{{ 'a'|indent(indentfirst=true) }}#filter indent has no argument named \"indentfirst\"; it has width",
                "{{ 'a'|upper(x=1) }}#filter upper has no argument named \"x\"",
                "{{ 'a'.split(separator=',') }}#string method split has no argument named \"separator\"",
                "{{ 'a'.strip(chars='a') }}#string method strip has no argument named \"chars\"",
                "{{ 1 is divisibleby(by=1) }}#test divisibleby has no argument named \"by\"",
                "{{ range(stop=3) }}#range has no argument named \"stop\"",
                "{{ ['a']|map('indent', widht=2)|list }}#filter indent has no argument named \"widht\"",
                "{{ ['a']|map(attribute='x', otherwise=2)|list }}#filter map has no argument named \"otherwise\"",
                "{{ 1|default(1, default_value=2) }}#argument \"default_value\" is given twice",
                "{{ 'a'|replace('a') }}#filter replace is missing its argument \"new\"",
            })
    void anArgumentThatNobodyReadsIsAnErrorByName(String template, String message) {
        JinjaTemplate parsed = JinjaTemplate.parse(template);
        assertThatThrownBy(() -> parsed.render(Map.of()))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            value = {
                "%d %b %Y#04 Mar 2029",
                "%A, %-d. %B %y#Sunday, 4. March 29",
                "%Y-%m-%dT%H:%M:%S.%f#2029-03-04T15:06:07.000008",
                "%I:%M %p|%-I|%j|%e|%%|%a|%F|%T|%D#03:06 PM|3|063| 4|%|Sun|2029-03-04|15:06:07|03/04/29",
                "%c|%x|%X|%C|%u|%w#Sun Mar  4 15:06:07 2029|03/04/29|15:06:07|20|7|0",
                "%U %W %V %G|%Z|%z|%h|%R|%^a|%_d|%n#09 09 09 2029|||Mar|15:06|SUN| 4|",
            })
    void theClockStandsStillAtTheTimeOfTheCaller(String format, String expected) {
        LocalDateTime now = LocalDateTime.of(2029, 3, 4, 15, 6, 7, 8_000);
        String text =
                JinjaTemplate.parse("{{ strftime_now('" + format + "') }}").render(Map.of(), now);
        assertThat(text.stripTrailing()).isEqualTo(expected);
    }

    @Test
    void anUnknownDirectiveIsAnError() {
        LocalDateTime now = LocalDateTime.of(2029, 3, 4, 15, 6);
        JinjaTemplate template = JinjaTemplate.parse("{{ strftime_now('%Q') }}");
        assertThatThrownBy(() -> template.render(Map.of(), now))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("\"%Q\" is not supported");
    }
}
