package org.rpt4j.run.config.section;

import java.nio.file.Path;
import java.util.List;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.key.Lists;
import org.rpt4j.run.config.key.Section;
import org.rpt4j.run.config.key.Texts;

/**
 * The keys {@code model.*}: the checkpoints that a run reads.
 *
 * @since 0.1.0
 */
public final class ModelKeys {

    private static final Section.Builder KEYS = Section.of("model", "The checkpoints that a run reads");

    public static final Key<Path> DIRECTORY = KEYS.key("directory", Texts.PATH)
            .says("The model to train: a checkpoint in the Hugging Face layout, with its tokenizer,"
                    + " or a GGUF file.")
            .after("paper: R1-Distill-Qwen-14B")
            .required();

    public static final Key<Path> ADAPTER = KEYS.key("adapter", Texts.PATH)
            .says("A low-rank adapter over the model, in the layout of PEFT. A run trains it further, and the model"
                    + " stays as it is.")
            .orNothing("the checkpoint alone");

    public static final Key<Path> PROXY = KEYS.key("proxy", Texts.PATH)
            .says("The model that finds the hard tokens. If its vocabulary differs, its scores are mapped to the"
                    + " tokens that begin at the same byte.")
            .after("section 3.3: R1-Distill-Qwen-1.5B")
            .orFrom(DIRECTORY);

    public static final Key<Path> REFERENCE = KEYS.key("reference", Texts.PATH)
            .says(
                    "The reference model of the KL penalty, or the teacher of a distillation, with the same tokenizer. Over an adapter, the default is the model under it, in the"
                            + " same memory.")
            .onlyWith("objective.kl-weight is above 0", values -> values.get(ObjectiveKeys.KL_WEIGHT) > 0)
            .orFrom(DIRECTORY);

    public static final Key<Path> OPTIMIZER_STATE = KEYS.key("optimizer-state", Texts.PATH)
            .says("Optimizer state to start from, as saved by a run beside its checkpoint.")
            .orNothing("the optimizer starts from zero");

    public static final Key<List<String>> ACCEPT_CONFIG = KEYS.key("accept-config", Lists.ofAny(Texts.NAME))
            .says("Keys of config.json that are read as if they were absent, because rpt4j does not know or obey them"
                    + " and you know that they do not matter.")
            .or(List.of());

    static final Section SECTION = KEYS.build();

    private ModelKeys() {}
}
