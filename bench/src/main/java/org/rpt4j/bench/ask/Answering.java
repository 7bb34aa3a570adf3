package org.rpt4j.bench.ask;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.spi.kit.Interrupts;

/** Has a model answer prompts, in one of two modes. */
final class Answering {

    /** The step word of the random keys of a benchmark; training steps count up from 0. */
    private static final long STEP = -2;

    private final BenchModel model;
    private final BenchMode mode;
    private final SamplingOptions sampling;
    private final List<String> stops;

    Answering(BenchModel model, BenchSettings settings, List<String> stops) {
        this.model = model;
        this.mode = settings.mode();
        this.stops = stops;
        this.sampling = settings.sampling().toBuilder()
                .step(STEP)
                .stopTokens(model.stopTokens())
                .stopCondition(stops.isEmpty() ? StopCondition.NEVER : new StopTexts(model.tokenizer(), stops))
                .build();
    }

    /**
     * Answers questions together.
     *
     * @param prompts by the id of the question; empty for one that does not fit
     * @return one record per question, in their order
     */
    List<QuestionRecord> answer(Map<String, Optional<QuestionPrompt>> prompts) {
        List<QuestionPrompt> asked =
                prompts.values().stream().flatMap(Optional::stream).toList();
        Iterator<QuestionRecord> answered = asked.isEmpty()
                ? List.<QuestionRecord>of().iterator()
                : (mode == BenchMode.GENERATE ? generate(asked) : compare(asked)).iterator();
        List<QuestionRecord> records = new ArrayList<>();
        prompts.forEach((id, prompt) -> records.add(
                prompt.isEmpty()
                        ? new QuestionRecord(id, QuestionRecord.NOT_ASKED, false, List.of(), List.of())
                        : named(id, answered.next())));
        return records;
    }

    private static QuestionRecord named(String id, QuestionRecord record) {
        return new QuestionRecord(id, record.shots(), record.inThought(), record.samples(), record.choices());
    }

    private List<QuestionRecord> generate(List<QuestionPrompt> asked) {
        List<RolloutGroup> groups = model.policy()
                .generate(asked.stream().map(QuestionPrompt::prompt).toList(), sampling);
        List<QuestionRecord> records = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            List<QuestionRecord.Sample> samples =
                    groups.get(i).rollouts().stream().map(this::sample).toList();
            records.add(
                    new QuestionRecord("", asked.get(i).shots(), asked.get(i).inThought(), samples, List.of()));
        }
        return records;
    }

    private QuestionRecord.Sample sample(Rollout rollout) {
        int stop = rollout.finish() == FinishReason.STOP_TOKEN ? 1 : 0;
        String text = model.tokenizer().decode(Arrays.copyOf(rollout.tokens(), rollout.length() - stop));
        return new QuestionRecord.Sample(StopTexts.before(text, stops), rollout.finish(), rollout.length());
    }

    /** One question in each call: what is computed with it could change its last bits, and a resumed run differ. */
    private List<QuestionRecord> compare(List<QuestionPrompt> asked) {
        List<QuestionRecord> records = new ArrayList<>();
        for (QuestionPrompt one : asked) {
            Interrupts.check("comparing choices");
            TokenBatch batch = TokenBatch.builder(1)
                    .add(
                            one.prompt().tokens(),
                            one.continuations().stream().map(Prompt::tokens).toList())
                    .build();
            TokenValues logProbs = model.policy().logProbs(batch);
            List<QuestionRecord.ChoiceScore> choices = new ArrayList<>();
            for (int i = 0; i < logProbs.completionCount(); i++) {
                int from = logProbs.offsets()[i];
                int to = logProbs.offsets()[i + 1];
                choices.add(new QuestionRecord.ChoiceScore(
                        Arrays.stream(logProbs.values(), from, to).sum(), to - from));
            }
            records.add(new QuestionRecord("", one.shots(), false, List.of(), choices));
        }
        return records;
    }
}
