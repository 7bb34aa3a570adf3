package org.rpt4j.bench.ask;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.rpt4j.api.FinishReason;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.api.Policy;
import org.rpt4j.api.Prompt;
import org.rpt4j.api.Rollout;
import org.rpt4j.api.RolloutGroup;
import org.rpt4j.api.SamplingOptions;
import org.rpt4j.api.StopCondition;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenValues;
import org.rpt4j.core.prompt.ChatTemplate;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.tiny.TinyCheckpoint;

/**
 * A model that says what a test has it say. A token has the log-probability -1, or that of {@link #logProbs}. A response
 * that ends with {@value #CUT} is cut off there.
 */
public final class ScriptedModel implements Policy {

    /** Marks a response that reaches the limit. */
    public static final String CUT = "[cut]";

    /** The prompts that were asked, as text, in order. */
    public final List<String> asked = new ArrayList<>();

    private final Tokenizer tokenizer;
    private final BiFunction<String, Integer, String> says;
    private final int context;

    /** Log-probability of a continuation after a prompt, all tokens together. */
    public BiFunction<String, String, Double> logProbs = (prompt, continuation) -> -1.0;

    private ScriptedModel(Tokenizer tokenizer, int context, BiFunction<String, Integer, String> says) {
        this.tokenizer = tokenizer;
        this.context = context;
        this.says = says;
    }

    /** A model with the tokenizer of the tiny checkpoint. */
    public static ScriptedModel of(Path folder, int context, BiFunction<String, Integer, String> says) {
        Path directory = folder.resolve("scripted");
        if (!directory.toFile().exists()) {
            TinyCheckpoint.write(directory);
        }
        return new ScriptedModel(Tokenizer.open(directory), context, says);
    }

    /** The model with what its prompts need. */
    public BenchModel model(Optional<String> template) {
        return new BenchModel(
                this,
                tokenizer,
                template.map(source -> ChatTemplate.of(source, null, null)),
                tokenizer.thoughtMarkers(),
                Set.of(tokenizer.endOfText().orElse(0)),
                "scripted",
                "scripted-1");
    }

    @Override
    public ModelDescription description() {
        return new ModelDescription("Scripted", 0, tokenizer.vocabularySize(), context);
    }

    @Override
    public long version() {
        return 0;
    }

    @Override
    public List<RolloutGroup> generate(List<Prompt> prompts, SamplingOptions options) {
        List<RolloutGroup> groups = new ArrayList<>();
        for (Prompt prompt : prompts) {
            String text = tokenizer.decode(prompt.tokens());
            asked.add(text);
            List<Rollout> rollouts = new ArrayList<>();
            for (int member = 0; member < options.groupSize(); member++) {
                rollouts.add(rollout(member, says.apply(text, member), options));
            }
            groups.add(new RolloutGroup(prompt, rollouts));
        }
        return groups;
    }

    private Rollout rollout(int member, String said, SamplingOptions options) {
        boolean cut = said.endsWith(CUT);
        int[] ids = tokenizer.encodeContinuation(cut ? said.substring(0, said.length() - CUT.length()) : said);
        StopCondition.Scanner scanner = options.stopCondition().newScanner();
        for (int i = 0; i < ids.length; i++) {
            if (scanner.endsWith(ids[i])) {
                int[] stopped = Arrays.copyOf(ids, i + 1);
                return new Rollout(member, stopped, new double[i + 1], FinishReason.STOP_CONDITION, 0);
            }
        }
        IntStream end = cut
                ? IntStream.empty()
                : IntStream.of(options.stopTokens().iterator().next());
        int[] all = IntStream.concat(IntStream.of(ids), end).toArray();
        return new Rollout(member, all, new double[all.length], cut ? FinishReason.LENGTH : FinishReason.STOP_TOKEN, 0);
    }

    @Override
    public TokenValues logProbs(TokenBatch batch) {
        double[] values = new double[batch.completionTokenCount()];
        for (int p = 0; p < batch.promptCount(); p++) {
            String prompt = text(batch.promptTokens(), batch.promptOffsets(), p);
            asked.add(prompt);
            for (int c = batch.groupOffsets()[p]; c < batch.groupOffsets()[p + 1]; c++) {
                values[batch.completionOffsets()[c]] =
                        logProbs.apply(prompt, text(batch.completionTokens(), batch.completionOffsets(), c));
            }
        }
        return TokenValues.of(batch, values);
    }

    private String text(int[] tokens, int[] offsets, int index) {
        return tokenizer.decode(Arrays.copyOfRange(tokens, offsets[index], offsets[index + 1]));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
