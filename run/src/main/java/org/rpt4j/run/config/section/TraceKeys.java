package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.api.setting.Range;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.prompt.ThoughtRule;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Numbers;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;
import org.rpt4j.run.config.key.Values;

/**
 * The keys {@code traces.*}: the thoughts that a cold start imitates.
 *
 * @since 0.1.0
 */
public final class TraceKeys {

    /** Where thoughts come from. */
    public enum Source {
        /** Files. */
        FILES,
        /** The model itself, where its prediction is right. */
        MODEL,
        /** Another model, where its prediction is right. */
        TEACHER
    }

    static final String SAMPLED = "traces.from is MODEL or TEACHER";

    private static final Section.Builder KEYS = Section.of("traces", "The thoughts that a cold start imitates")
            .onlyWith("training.method is SUPERVISED", TrainingKeys::isColdStart);

    public static final Key<Source> FROM = KEYS.key("from", Texts.oneOf(Source.class))
            .says("FILES: from traces.paths. MODEL: the model itself is asked about tasks of the corpus, and its"
                    + " thoughts are kept where the prediction is right. TEACHER: the same with another model.")
            .after("rejection sampling: Zelikman et al. 2022, arXiv 2203.14465")
            .or(Source.FILES);

    public static final Key<List<Path>> PATHS = KEYS.key("paths", Lists.of(Texts.PATH))
            .says("JSON Lines of thought traces: context, thought and prediction; or prompt, thought and answer; or"
                    + " messages.")
            .onlyWith("traces.from is FILES", values -> values.get(FROM) == Source.FILES)
            .orNothing("thoughts are sampled");

    public static final Key<Path> TEACHER = KEYS.key("teacher", Texts.PATH)
            .says("Directory of the model that is asked. It may have another tokenizer and another chat template.")
            .onlyWith("traces.from is TEACHER", values -> values.get(FROM) == Source.TEACHER)
            .orNothing("no teacher is asked");

    public static final Key<String> INSTRUCTION = KEYS.key("sampling-instruction", Texts.NAME)
            .says("What the model is told when its thoughts are sampled, such as an instruction with a few worked"
                    + " examples. In training the same thoughts answer prompt.instruction.")
            .onlyWith(SAMPLED, TraceKeys::areSampled)
            .orFrom(PromptKeys.INSTRUCTION);

    public static final Key<ThoughtRule> THOUGHT = KEYS.key("sampling-thought", Texts.oneOf(ThoughtRule.class))
            .says("What has to stand before a box for a sampled thought to be kept. In training it is written as"
                    + " prompt.thought says.")
            .onlyWith(SAMPLED, TraceKeys::areSampled)
            .orFrom(PromptKeys.THOUGHT);

    public static final Key<Integer> TASKS = KEYS.key("sampled-tasks", Numbers.whole(Range.atLeast(1)))
            .says("Number of tasks that are asked about, training.prompts-per-step at a time, sampling.group-size"
                    + " rollouts each; all tasks if there are fewer.")
            .in("tasks")
            .onlyWith(SAMPLED, TraceKeys::areSampled)
            .or(1000);

    static final Section SECTION = KEYS.build();

    private TraceKeys() {}

    /** Returns whether thoughts are sampled before training. */
    public static boolean areSampled(Values values) {
        return TrainingKeys.isColdStart(values) && values.get(FROM) != Source.FILES;
    }

    /** Returns the instruction for sampling, read from its file if it is not built in. */
    public static Instruction instruction(Values values) {
        return PromptKeys.instruction(values, INSTRUCTION);
    }
}
