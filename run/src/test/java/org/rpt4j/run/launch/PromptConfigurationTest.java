package org.rpt4j.run.launch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.config.section.TrainingKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.tiny.TinyRuns;

class PromptConfigurationTest {

    private static final Instant START = Instant.parse("2031-05-06T23:59:59Z");

    @TempDir
    private static Path folder;

    private static TinyRuns runs;

    @BeforeAll
    static void writeTemplate() throws IOException {
        runs = TinyRuns.in(folder);
        Files.writeString(
                runs.model().resolve("chat_template.jinja"),
                "{{ strftime_now('%Y-%m-%d') }}{{ messages[0].content }}{{ level|default('none') }}"
                        + "{% if enable_thinking is defined and not enable_thinking %}<think></think>{% endif %}");
    }

    private static RunConfigurationBuilder configuration(String name) {
        return runs.configuration(name).set(TrainingKeys.STEPS, 1L);
    }

    private static String rendered(RunConfigurationBuilder configuration) {
        ChatTemplate template = configuration.build().chatTemplate(START).orElseThrow();
        return template.render("Hi");
    }

    @Test
    void theTemplateReadsTheConfiguredVariables() {
        assertThat(rendered(configuration("a"))).isEqualTo("2031-05-06Hinone");
        assertThat(rendered(configuration("a")
                        .set(PromptKeys.TEMPLATE_VARIABLES, List.of("enable_thinking=false", "level=3"))))
                .isEqualTo("2031-05-06Hi3<think></think>");
        assertThat(rendered(configuration("a").set(PromptKeys.TEMPLATE_VARIABLES, List.of("enable_thinking='false'"))))
                .isEqualTo("2031-05-06Hinone");
    }

    @Test
    void theDateIsTheConfiguredOneOrTheStartOfTheRun() {
        assertThat(rendered(configuration("a").set(PromptKeys.DATE, LocalDate.of(2030, 1, 2))))
                .startsWith("2030-01-02");
        assertThat(configuration("a").set(ModelKeys.DIRECTORY, folder).build().chatTemplate(START))
                .isEmpty();
    }

    @Test
    void aRunSaysOnceThatItsPromptsEndTheThoughtAndBearADate() {
        List<String> notes = new ArrayList<>();
        RunObserver observer = new RunObserver() {
            @Override
            public void noted(String note) {
                notes.add(note);
            }
        };
        RunConfigurationBuilder configuration =
                configuration("noted").set(PromptKeys.TEMPLATE_VARIABLES, List.of("enable_thinking=false"));
        new ConfiguredRun(configuration.build(), observer).run();

        String started = RecordedRun.open(folder.resolve("noted")).provenance().started();
        assertThat(notes).hasSize(3);
        assertThat(notes.get(0)).contains("closes the thought");
        assertThat(notes.get(1)).contains(started.substring(0, "2031-05-06".length()));
        assertThat(notes.get(2)).startsWith("A probe of ");
    }

    @Test
    void aResumedRunKeepsTheDateOfItsStart() throws IOException {
        new ConfiguredRun(configuration("first").build(), RunObserver.NONE).run();
        Path record = folder.resolve("first/run.json");
        String recorded = Files.readString(record);
        String started = RecordedRun.open(folder.resolve("first")).provenance().started();
        Files.writeString(record, recorded.replace(started, START.toString()));
        Resumption resumption =
                Resumption.of(configuration("first").set(RunKeys.RESUME, true).build());
        assertThat(resumption.start()).isEqualTo(START);
        assertThat(Resumption.NONE.start()).isAfter(START.minusSeconds(1_000_000_000));
    }
}
