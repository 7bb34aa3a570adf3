package org.rpt4j.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JinjaTemplateTest {

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** The expected texts in {@code cases.json} were computed by Jinja2 3.1.6 in the environment of transformers. */
    @TestFactory
    Stream<DynamicTest> rendersAsJinja2Does() throws IOException {
        try (InputStream file = JinjaTemplateTest.class.getResourceAsStream("cases.json")) {
            JsonNode cases = JSON.readTree(file);
            assertThat(cases).hasSizeGreaterThan(50);
            return StreamSupport.stream(cases.spliterator(), false)
                    .map(test -> dynamicTest(test.get("name").asText(), () -> {
                        Map<String, Object> variables =
                                JSON.convertValue(test.get("variables"), new TypeReference<Map<String, Object>>() {});
                        assertThat(JinjaTemplate.parse(test.get("template").asText())
                                        .render(variables))
                                .isEqualTo(test.get("expected").asText());
                    }));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "{% include 'x' %}#tag \"include\" is not supported",
                "{% if a %}#[elif, else, endif]",
                "{{ a #\"}}\" is missing",
                "{{ 'a }}#string is not closed",
                "{{ a b }}#expected \"}}\" but found \"b\"",
                "{{ a ? b }}#character '?'",
                "{{ 1 + }}#expected an expression",
                "{% endfor %}#tag \"endfor\" is not supported",
                "{% for 1 in a %}{% endfor %}#the name of a variable",
                "{% break %}#outside of a loop",
                "{{ 99999999999999999999 }}#too large",
                "{{ f(a=1, 2) }}#named argument",
            })
    void refusesMalformedTemplates(String template, String message) {
        assertThatThrownBy(() -> JinjaTemplate.parse(template))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("line 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '#',
            quoteCharacter = '\0',
            value = {
                "{{ 'a'|frobnicate }}#filter \"frobnicate\" is not supported",
                "{{ 1 is weird }}#test \"weird\" is not supported",
                "{{ strftime_now('%d') }}#function \"strftime_now\" is not supported",
                "{{ a.b.c }}#\"a\" is undefined",
                "{{ raise_exception('only users') }}#the template itself reports: only users",
                "{{ 'a' + 1 }}#\"+\" is not supported for a string and a number",
                "{{ 1 // 0 }}#divided by zero",
                "{{ 1 / 0 }}#divided by zero",
                "{{ 4 is divisibleby(0) }}#divided by zero",
                "{{ 'a' < 1 }}#have no order",
                "{{ 5() }}#a number cannot be called",
                "{% set a.b = 1 %}#only the attributes of a namespace",
                "{{ 'abc'.format(1) }}#function \"format\" is not supported",
                "{% for x in 5 %}{% endfor %}#cannot be looped over",
                "{{ {[1]: 2} }}#cannot be the key",
                "{{ 9223372036854775807 + 1 }}#overflow",
            })
    void failsByName(String template, String message) {
        JinjaTemplate parsed = JinjaTemplate.parse(template);
        assertThatThrownBy(() -> parsed.render(Map.of()))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{{ ''.__class__.__mro__ }}",
                "{{ ''.getClass() }}",
                "{{ messages.getClass().forName('java.lang.Runtime') }}",
                "{{ range.__globals__['os'] }}",
                "{{ namespace.class.classLoader }}",
                "{{ messages[0]['class']['module'] }}",
            })
    void givesNoAccessToJava(String template) {
        JinjaTemplate parsed = JinjaTemplate.parse(template);
        Map<String, Object> variables = Map.of("messages", List.of(Map.of("role", "user")));
        assertThatThrownBy(() -> parsed.render(variables))
                .isInstanceOf(JinjaException.class)
                .hasMessageMatching("(?s).*(is undefined|is not supported).*");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for i in range(200000) %}{% for j in range(200000) %}{% endfor %}{% endfor %}",
                "{% for i in range(200000) %}0123456789{% endfor %}",
                "{{ 'x' * 99999999999 }}",
                "{{ range(100000000) }}",
                "{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
                "{% set ns = namespace(s='x' * 200000) %}{% for i in range(99) %}"
                        + "{% set ns.s = ns.s|replace('x', ns.s) %}{% endfor %}",
                "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}"
                        + "{{ ns.l }}",
                "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}"
                        + "{{ ns.l == [ns.l] or ns.l|tojson }}",
                "{% set ns = namespace(l=[]) %}{% for i in range(200000) %}{% set ns.l = [ns.l] %}{% endfor %}"
                        + "{{ ns.l }}",
                "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
                "{{ 'a\nb'|indent(2000000000) }}",
                "{{ [1, 2]|tojson(indent=2000000000) }}",
                "{% set s = 'ab' * 100000 %}{% for i in range(200000) %}{% set x = s|upper %}{% endfor %}",
            })
    void boundsWorkAndOutput(String template) {
        JinjaTemplate parsed = JinjaTemplate.parse(template);
        assertThatThrownBy(() -> parsed.render(Map.of()))
                .isInstanceOf(JinjaException.class)
                .hasMessageMatching("(?s).*(exceeds the limit|levels deep|too deeply).*");
    }

    @Test
    void aHostileTemplateFailsWithAJinjaException() {
        String[] pieces = {
            "{{ ",
            " }}",
            "{% ",
            " %}",
            "{%- ",
            " -%}",
            "{# ",
            " #}",
            "if ",
            "endif",
            "for i in ",
            "endfor",
            "else",
            "set ",
            "macro m(a) ",
            "endmacro",
            "m(1)",
            "a",
            "b.c",
            "l",
            "d",
            "s",
            "[0]",
            "[::-1]",
            "[1:]",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "'x'",
            "\"",
            "0",
            "-1",
            "2.5",
            "9223372036854775807",
            " + ",
            " - ",
            " * ",
            " / ",
            " // ",
            " % ",
            " ** ",
            " ~ ",
            " == ",
            " < ",
            " in ",
            " not ",
            " and ",
            " or ",
            " is ",
            " if ",
            "defined",
            "|",
            "length",
            "join(',')",
            "sort",
            "tojson",
            "int",
            "map('upper')",
            "abs",
            ".split('')",
            ".strip()",
            ".items()",
            "loop.cycle()",
            "range(3)",
            "namespace(a=1)",
            "divisibleby(0)",
            "=",
            ",",
            ".",
            ":",
            "\n",
            "text",
            "raw",
            "endraw",
            "with ",
        };
        Map<String, Object> variables =
                Map.of("a", 1, "l", List.of(3, "b", List.of()), "d", Map.of("k", "v"), "s", "some text");
        SplittableRandom random = new SplittableRandom(1);
        int rendered = 0;
        for (int run = 0; run < 20_000; run++) {
            StringBuilder template = new StringBuilder(run % 2 == 0 ? "{{ " : "");
            int length = 1 + random.nextInt(12);
            for (int i = 0; i < length; i++) {
                template.append(pieces[random.nextInt(pieces.length)]);
            }
            template.append(run % 2 == 0 ? " }}" : "");
            try {
                JinjaTemplate.parse(template.toString()).render(variables);
                rendered++;
            } catch (JinjaException e) {
                assertThat(e.getMessage()).as("%s", template).isNotBlank();
            }
        }
        assertThat(rendered).isBetween(500, 15_000);
    }

    @Test
    void limitsNestingDuringParsing() {
        for (String nested : List.of(
                "{{ " + "(".repeat(9999) + "1" + ")".repeat(9999) + " }}",
                "{{ " + "-".repeat(9999) + "1 }}",
                "{{ " + "not ".repeat(9999) + "1 }}",
                "{% if 1 %}".repeat(9999) + "{% endif %}".repeat(9999),
                "{% if 1 %}" + "{% elif 1 %}".repeat(50_000) + "{% endif %}")) {
            assertThatThrownBy(() -> JinjaTemplate.parse(nested))
                    .isInstanceOf(JinjaException.class)
                    .hasMessageContaining("levels deep");
        }
    }

    @Test
    void aLongChainOfOperatorsFailsWithAJinjaException() {
        JinjaTemplate chain = JinjaTemplate.parse("{{ 1" + " + 1".repeat(100_000) + " }}");
        assertThatThrownBy(() -> chain.render(Map.of()))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("too deeply");
    }

    @Test
    void isSafeToShareBetweenThreads() {
        JinjaTemplate template = JinjaTemplate.parse(
                "{% set ns = namespace(n=0) %}{% for i in range(n) %}{% set ns.n = ns.n + i %}{% endfor %}{{ ns.n }}");
        List<String> sums = IntStream.range(0, 64)
                .parallel()
                .mapToObj(n -> template.render(Map.of("n", n)))
                .toList();
        for (int n = 0; n < 64; n++) {
            assertThat(sums.get(n)).isEqualTo(String.valueOf(n * (n - 1) / 2));
        }
    }

    @Test
    void refusesValuesFromOutsideTheLanguage() {
        JinjaTemplate template = JinjaTemplate.parse("{{ a }}");
        assertThatThrownBy(() -> template.render(Map.of("a", new Object())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.Object");
    }
}
