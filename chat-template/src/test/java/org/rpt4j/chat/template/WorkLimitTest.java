package org.rpt4j.chat.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A short template cannot cause long work: each of these took minutes or hours where work was not charged by size. */
class WorkLimitTest {

    private static final Duration HANG = Duration.ofSeconds(60);
    private static final String LONG = "{% set a = 'x' * 180000 %}{% set b = 'x' * 90000 ~ 'y' %}";
    private static final String OFTEN = "{% for i in range(90000) %}";

    @AfterEach
    void clearInterrupt() {
        Thread.interrupted();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                LONG + OFTEN + "{{ b in a }}{% endfor %}",
                LONG + OFTEN + "{% set c = a.find(b) + a.rfind(b) + a.count(b) %}{% endfor %}",
                LONG + OFTEN + "{% set c = a.split(b)|length + a.rsplit(b)|length %}{% endfor %}",
                LONG + OFTEN + "{% set c = a|replace(b, '') == a.replace(b, '') %}{% endfor %}",
                LONG + OFTEN + "{% set c = a.partition(b) %}{% endfor %}",
                LONG + OFTEN + "{% set c = a.strip(b) ~ '' %}{% endfor %}",
                LONG + OFTEN + "{% set c = a < a ~ 'y' %}{% endfor %}",
                LONG + OFTEN + "{% set c = [a, b]|sort|length + [a, b]|unique|list|length %}{% endfor %}",
                LONG + OFTEN + "{% set c = {a: i}[a] %}{% endfor %}",
                LONG + OFTEN + "{% set c = a[::-1] ~ a[i] %}{% endfor %}",
                LONG + OFTEN + "{% set c = [a]|tojson|length + [a]|string|length %}{% endfor %}",
                LONG + OFTEN + "{% set c = '%s' % a %}{% endfor %}",
                OFTEN + "{% set c = ('7' * 150000)|float %}{% endfor %}",
                "{% set s = '\u0130' * 120000 %}" + OFTEN + "{% set c = s|lower ~ '' %}{% endfor %}",
                "{% set s = '\u0390' * 60000 %}" + OFTEN + "{% set c = s|upper ~ s.title() %}{% endfor %}",
                "{% set s = '\n' * 120000 %}" + OFTEN + "{% set c = s.splitlines() %}{% endfor %}",
                "{% set l = range(60000)|list %}" + OFTEN + "{% set c = l == l + [] or 0.5 in l %}{% endfor %}",
                "{% set l = range(60000)|list %}" + OFTEN + "{% set c = l|reverse|sort %}{% endfor %}",
                "{% set l = [1, 2, 3] * 30000 %}" + OFTEN + "{% set c = l * 2 %}{% endfor %}",
                "{% set l = range(60000)|list %}" + OFTEN + "{% set c = dict(a=l) == dict(a=l + []) %}{% endfor %}",
                OFTEN + "{% for j in range(90000) %}{% endfor %}{% endfor %}",
                "{% set ns = namespace(a=[], b=[]) %}{% for i in range(150) %}{% set ns.a = [ns.a, ns.a] %}"
                        + "{% set ns.b = [ns.b, ns.b] %}{% endfor %}{{ ns.a == ns.b }}",
                "{% set ns = namespace(a={}, b={}) %}{% for i in range(150) %}{% set ns.a = {1: ns.a, 2: ns.a} %}"
                        + "{% set ns.b = {1: ns.b, 2: ns.b} %}{% endfor %}{{ ns.a == ns.b }}",
                "{% set ns = namespace(p=0) %}" + OFTEN
                        + "{% set ns.p = [ns.p, range(50000), namespace(q=ns.p)] %}{% endfor %}",
            })
    void workIsLimitedByWhatItTouches(String template) {
        JinjaTemplate parsed = JinjaTemplate.parse(template);
        assertTimeoutPreemptively(
                HANG,
                () -> assertThatThrownBy(() -> parsed.render(Map.of()))
                        .isInstanceOf(JinjaException.class)
                        .hasMessageContaining("exceeds the limit of work"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% set ns = namespace() %}{% set ns.self = [ns] %}{{ ns }}",
                "{% set ns = namespace(l=[]) %}{% for i in range(9000) %}{% set ns.l = [ns.l] %}{% endfor %}"
                        + "{{ ns.l|tojson }}",
                "{% set ns = namespace(l=0) %}{% for i in range(9000) %}{% set ns.l = {'k': ns.l} %}{% endfor %}"
                        + "{{ ns.l == {'k': ns.l} }}{{ ns.l|tojson }}",
                "{% set ns = namespace(l=(), m=()) %}{% for i in range(9000) %}{% set ns.l = (ns.l,) %}"
                        + "{% set ns.m = (ns.m,) %}{% endfor %}{{ ns.l < ns.m }}",
                "{% set ns = namespace(l=()) %}{% for i in range(9000) %}{% set ns.l = (ns.l,) %}{% endfor %}"
                        + "{{ {ns.l: 1} }}",
                "{% for i in [1] recursive %}{{ loop([i]) }}{% endfor %}",
                "{% macro m(k) %}{{ caller(k) }}{{ m(k) }}{% endmacro %}{% call(k) m(1) %}{{ k }}{% endcall %}"
                        + "{% macro n(k) %}{% call m(k) %}{{ n(k) }}{% endcall %}{% endmacro %}{{ n(1) }}",
            })
    void nestingOfValuesAndCallsIsLimited(String template) {
        JinjaTemplate parsed = JinjaTemplate.parse(template);
        assertThatThrownBy(() -> parsed.render(Map.of()))
                .isInstanceOf(JinjaException.class)
                .hasMessageMatching("(?s).*(nested too deeply|levels deep|is undefined|not supported).*");
    }

    @Test
    void variablesThatContainThemselvesAreRefused() {
        List<Object> endless = new ArrayList<>();
        endless.add(endless);
        JinjaTemplate template = JinjaTemplate.parse("{{ l }}");
        assertThatThrownBy(() -> template.render(Map.of("l", endless)))
                .isInstanceOf(JinjaException.class)
                .hasMessageContaining("nested too deeply");
    }

    @Test
    void aTemplateOfOneHundredThousandCharactersIsNoWork() {
        String template = "{{ '" + "x".repeat(1000) + "'|upper|trim }}";
        assertThat(JinjaTemplate.parse(template.repeat(100)).render(Map.of())).hasSize(100_000);
    }

    @Test
    void parsingEndsOnAnInterruptedThread() {
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> JinjaTemplate.parse("{{ a }}")).isInstanceOf(JinjaInterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void renderingEndsWhenItsThreadIsInterrupted() {
        JinjaTemplate template = JinjaTemplate.parse("{{ l|join }}");
        List<String> interrupts = new AbstractList<>() {
            @Override
            public String get(int index) {
                Thread.currentThread().interrupt();
                return "x";
            }

            @Override
            public int size() {
                return 1;
            }
        };
        assertThatThrownBy(() -> template.render(Map.of("l", interrupts)))
                .isInstanceOf(JinjaInterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isTrue();
    }

    @Test
    void longWorkEndsWhenAnotherThreadInterruptsIt() throws InterruptedException {
        JinjaTemplate template = JinjaTemplate.parse(LONG + OFTEN + "{{ b in a }}{% endfor %}");
        Throwable[] failure = new Throwable[1];
        Thread renderer = new Thread(() -> {
            try {
                template.render(Map.of());
            } catch (JinjaException e) {
                failure[0] = e;
            }
        });
        renderer.start();
        renderer.interrupt();
        renderer.join(HANG.toMillis());
        assertThat(renderer.isAlive()).isFalse();
        assertThat(failure[0]).isInstanceOf(JinjaInterruptedException.class);
    }
}
