package org.rpt4j.run.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.PredictionTask;
import org.rpt4j.api.RewardReason;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.core.eval.EvaluationSettings;
import org.rpt4j.core.eval.Evaluator;
import org.rpt4j.core.phase.Progress;
import org.rpt4j.core.train.GroupMetrics;
import org.rpt4j.core.train.RolloutMetrics;
import org.rpt4j.core.train.StepMetrics;
import org.rpt4j.core.train.TabularPolicy;
import org.rpt4j.core.train.TinyWorld;
import org.rpt4j.core.train.TrainingEvent;
import org.rpt4j.core.train.UpdateMetrics;
import org.rpt4j.run.directory.Artifact;
import org.rpt4j.run.directory.Provenance;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RecordingOptions;
import org.rpt4j.run.directory.RunDirectory;
import org.rpt4j.run.directory.RunEnd;
import org.rpt4j.run.directory.RunRecorder;
import org.rpt4j.run.health.HealthCheck;
import org.rpt4j.run.health.HealthWarning;
import org.xml.sax.InputSource;

class RunReportTest {

    private static final String HOSTILE = "<script>alert('x')</script> & \"\u0000\u001b]0;\u202e</div>";
    private static final Map<RewardReason, Integer> REASONS = Map.of(RewardReason.HIT, 4, RewardReason.NO_BOX, 4);
    private static final ModelDescription MODEL = new ModelDescription("Tabular<b>", 81, 9, 16);
    private static final Function<int[], String> DECODER = ids -> HOSTILE + ids.length;
    private static final List<PredictionTask> TASKS =
            LongStream.range(0, 24).mapToObj(RunReportTest::task).toList();

    @TempDir
    private Path folder;

    /** Two tasks a document. */
    private static PredictionTask task(long id) {
        PredictionTask task = TinyWorld.task(id);
        return new PredictionTask(
                id, "doc" + id / 2, (int) id, task.context(), task.target(), task.truth(), task.entropy());
    }

    private interface Recording {
        void to(RunRecorder recorder);
    }

    private RecordedRun run(String name, List<RecordedSetting> settings, Recording recording) {
        Provenance record =
                Provenance.now("none & nothing", MODEL, Map.of("seed", 1L), List.of(new Artifact("model", "m", "0f")));
        try (RunRecorder recorder = RunDirectory.create(folder.resolve(name), record, settings)
                .recorder(DECODER, RecordingOptions.DEFAULTS)) {
            recording.to(recorder);
        }
        return RecordedRun.open(folder.resolve(name));
    }

    private static void evaluate(RunRecorder recorder, String label, TabularPolicy policy, List<PredictionTask> tasks) {
        EvaluationSettings settings = EvaluationSettings.greedy(4);
        settings = settings.toBuilder()
                .sampling(settings.sampling().toBuilder()
                        .stopTokens(Set.of(TinyWorld.END))
                        .stopCondition(StopCondition.NEVER)
                        .build())
                .build();
        recorder.record(
                new Evaluator(policy, (context, after) -> context, TinyWorld::extract, TinyWorld.VERIFIER, settings)
                        .run(label, tasks, progress -> {}));
    }

    @Test
    void theJudgeOfARunIsAudited() throws IOException {
        RecordedRun run = run("judged", List.of(), recorder -> step(recorder, 0));
        assertThat(RunReport.html(run)).doesNotContain("<h2>Judge</h2>");
        Path kept = Files.createDirectories(RunDirectory.reward(run.directory()));
        Files.writeString(
                kept.resolve("judge.jsonl"), polls("a", 3, 0) + polls("b", 2, 1) + polls("c", 0, 3) + polls("d", 0, 3));
        assertThat(RunReport.html(run))
                .contains("<h2>Judge</h2>")
                .contains("4 different questions were answered: 2 yes, 2 no.")
                .contains("the same on 75.0 % of the questions")
                .contains("read 2,800 tokens and wrote 20");
    }

    private static String polls(String question, int yes, int no) {
        return "{\"question\":\"" + question.repeat(64) + "\",\"yes\":" + yes + ",\"no\":" + no
                + ",\"neither\":0,\"promptTokens\":700,\"completionTokens\":5}\n";
    }

    private static void step(RunRecorder recorder, long step) {
        step(recorder, step, REASONS);
    }

    private static void step(RunRecorder recorder, long step, Map<RewardReason, Integer> reasons) {
        RolloutMetrics rollouts = new RolloutMetrics(8, 0, 0.5, 0.5, reasons, 1, 3, 0, 1.2, 24);
        GroupMetrics groups = new GroupMetrics(1, 0, 0, 1, 0, 0.9);
        recorder.onEvent(new TrainingEvent.RolloutsSampled(step, List.of(), rollouts, groups));
        recorder.onEvent(new TrainingEvent.StepCompleted(
                new StepMetrics(
                        step,
                        rollouts,
                        groups,
                        new UpdateMetrics(0, 0.7, 1e-6, 1e-7, 0, 1, 24, 1, 24, Optional.empty()),
                        new StepMetrics.PhaseSeconds(1, 1, 1)),
                new Progress(step + 1, 8, Duration.ofSeconds(step))));
    }

    /** A policy that answers every question, in two tokens. */
    private static TabularPolicy trained() {
        TabularPolicy policy = TinyWorld.policy();
        for (int question = 0; question < 4; question++) {
            policy.logits[TinyWorld.FIRST_QUESTION + question][(question + 1) % 4] = 5;
            policy.logits[question][TinyWorld.END] = 5;
        }
        return policy;
    }

    private RecordedRun complete(String name) {
        return run(name, List.of(RecordedSetting.given("objective", HOSTILE, "test")), recorder -> {
            evaluate(recorder, "before", TinyWorld.policy(), TASKS);
            recorder.onEvent(new TrainingEvent.RunStarted(0, 8, "grpo", MODEL));
            for (long step = 0; step < 8; step++) {
                step(recorder, step);
                evaluate(recorder, "step " + step, step < 4 ? TinyWorld.halfTrainedPolicy() : trained(), TASKS);
            }
        });
    }

    @Test
    void theWholeStoryIsOnOnePage() {
        String html = RunReport.html(complete("whole"));
        assertThat(html)
                .contains(
                        "Accuracy on held-out tokens",
                        "Training",
                        "Scaling with training compute",
                        "R²",
                        "Thoughts before and after",
                        "Missed before, right after",
                        "All evaluations",
                        "Patterns of reasoning",
                        "Provenance",
                        "Effective configuration",
                        "2N per generated or prompt token",
                        "no end recorded");
        assertThat(html).contains("<td>+").doesNotContain("NaN").doesNotContain("Infinity");
    }

    @Test
    void aReasonOfAUsersOwnIsDrawnWithTheOthersAlsoWhereItIsGivenNowAndThen() {
        RewardReason own = RewardReason.of("unit-mismatch");
        RecordedRun run = run("own", List.of(), recorder -> {
            recorder.onEvent(new TrainingEvent.RunStarted(0, 8, "grpo", MODEL));
            for (long step = 0; step < 8; step++) {
                step(recorder, step, step % 2 == 0 ? REASONS : Map.of(RewardReason.HIT, 4, own, 4));
            }
        });
        String html = RunReport.html(run);
        assertThat(html)
                .contains("unit mismatch", "no box")
                .doesNotContain("off boundary")
                .doesNotContain("NaN");
    }

    @Test
    void textIsNeverMarkup() {
        String html = RunReport.html(complete("hostile"));
        assertThat(html)
                .contains(
                        "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;\\u0000\\u001b]0;\\u202e&lt;/div&gt;")
                .contains("Tabular&lt;b&gt;", "none &amp; nothing")
                .doesNotContain("<script")
                .doesNotContain("Tabular<b>")
                .doesNotContain("\u0000", "\u001b", "\u202e");
    }

    @Test
    void thePageMayLoadAndRunNothing() throws Exception {
        String html = RunReport.html(complete("policy"));
        String style = html.substring(html.indexOf("<style>") + 7, html.indexOf("</style>"));
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
        assertThat(html)
                .contains(
                        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-"
                                + Base64.getEncoder().encodeToString(hash)
                                + "'; base-uri 'none'; form-action 'none'\">")
                .doesNotContain("style=\"", "src=\"", " onload", "http://", "https://");
    }

    @Test
    void nothingIsFetched() {
        String html = RunReport.html(complete("alone"));
        assertThat(html)
                .doesNotContainPattern("(?i)\\b(?:src|href|srcset|action)\\s*=")
                .doesNotContainPattern("(?i)url\\(|@import|https?:|<link|<iframe|<img|<object");
        assertThat(html).contains("prefers-color-scheme: dark");
    }

    @Test
    void everyDrawingIsWellFormed() throws Exception {
        List<String> drawings = Pattern.compile("<svg.*?</svg>", Pattern.DOTALL)
                .matcher(RunReport.html(complete("drawn")))
                .results()
                .map(match -> match.group())
                .toList();
        assertThat(drawings).hasSize(2 + 6 + 1);
        for (String drawing : drawings) {
            DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(new InputSource(new StringReader(drawing)));
        }
    }

    @Test
    void whatIsMissingIsSaid() {
        RecordedRun empty = run("empty", List.of(), recorder -> {});
        assertThat(RunReport.html(empty))
                .contains("has no evaluation", "has no steps", "the run has 0")
                .doesNotContain("No update was made");
        RecordedRun ended = run("ended", List.of(), recorder -> recorder.ended(RunEnd.Outcome.COMPLETED, "0 updates"));
        assertThat(RunReport.html(ended)).contains("No update was made");
        RecordedRun young = run("young", List.of(), recorder -> {
            evaluate(recorder, "before", TinyWorld.policy(), TASKS);
            step(recorder, 0);
        });
        assertThat(RunReport.html(young)).contains("1 steps in").doesNotContain("Thoughts before and after");
    }

    @Test
    void starvedStepsAndValidationsAreShown() {
        assertThat(RunReport.html(complete("fed"))).doesNotContain("starved", "Validations");
        RecordedRun hungry = run("hungry", List.of(), recorder -> {
            step(recorder, 0);
            recorder.onEvent(
                    new TrainingEvent.SamplingStarved(3, new RolloutMetrics.RefillMetrics(8, 5, 80, 4, 0, 0, 0, 1)));
            recorder.onEvent(
                    new TrainingEvent.SamplingStarved(4, new RolloutMetrics.RefillMetrics(8, 2, 80, 4, 0, 0, 0, 2)));
            recorder.onEvent(new TrainingEvent.Validated(4, HOSTILE, 0.25, -1, Double.NaN));
        });
        assertThat(RunReport.html(hungry))
                .contains("2 steps were starved", "at worst 2 of 8 in step 4")
                .contains("Validations", "<td>0.250</td><td>–</td><td>none</td>")
                .doesNotContain("NaN", "<script");
    }

    @Test
    void warningsAreMarkedAndListedWithTheirSteps() {
        assertThat(RunReport.html(complete("calm"))).doesNotContain("class=\"mark\"", "what was seen");
        RecordedRun warned = run("warned", List.of(), recorder -> {
            step(recorder, 0);
            step(recorder, 1);
            recorder.warningRaised(new HealthWarning.Raised(1, HealthCheck.ENTROPY_COLLAPSE, "fallen" + HOSTILE));
            recorder.warningRaised(new HealthWarning.Raised(1, HealthCheck.GRADIENT_SPIKE, "spiked"));
            step(recorder, 2);
            recorder.warningCleared(new HealthWarning.Cleared(2, HealthCheck.GRADIENT_SPIKE));
        });
        assertThat(RunReport.html(warned))
                .contains("entropy collapse (1), gradient spike (1).")
                .containsSubsequence("entropy collapse", "1 to the end", "fallen", "gradient spike", "1 to 2", "spiked")
                .doesNotContain("<script")
                .satisfies(html -> assertThat(html.split("class=\"mark\"")).hasSize(3))
                .containsSubsequence("nats per token", "class=\"mark\"", "entropy collapse</text>")
                .containsSubsequence("L2 norm", "class=\"mark\"", "gradient spike</text>");
    }

    @Test
    void twoRunsAreComparedOnTheSameTokens() {
        RecordedRun first = run(
                "one",
                List.of(RecordedSetting.given("steps", "0", "test"), RecordedSetting.given("seed", "1", "test")),
                recorder -> evaluate(recorder, "after", TinyWorld.policy(), TASKS));
        RecordedRun second = complete("two");
        RunComparison comparison = RunComparison.of(first, second);
        assertThat(comparison.evaluations().first().label()).isEqualTo("one");
        assertThat(comparison.evaluations().second().all().reasoning().rate()).isEqualTo(1);
        assertThat(comparison.changes())
                .extracting(RunComparison.Change::setting)
                .containsExactly("steps", "seed", "objective");
        assertThat(comparison.changes().get(0)).isEqualTo(new RunComparison.Change("steps", "0", "–"));
        assertThat(comparison.isAtEqualCompute()).isFalse();
        assertThat(comparison.toText()).contains("all reasoning", "did not spend equal compute", "steps: 0 -> –");
        assertThat(comparison.toHtml())
                .contains("one against two", "<svg", "&lt;script&gt;")
                .doesNotContain("<script");
    }

    @Test
    void whatCannotBeComparedIsRefused() {
        RecordedRun first = run("some", List.of(), r -> evaluate(r, "after", TinyWorld.policy(), TASKS.subList(0, 8)));
        RecordedRun other = run("others", List.of(), r -> evaluate(r, "after", TinyWorld.policy(), TASKS));
        RecordedRun none = run("none", List.of(), recorder -> {});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RunComparison.of(first, other))
                .withMessageContaining("same tasks");
        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> RunComparison.of(first, none))
                .withMessageContaining("has no evaluation");
    }
}
