/**
 * The algorithm of rpt4j: from a corpus to tasks, rollouts, rewards, training and evaluation.
 *
 * <p>Parquet files need the class path: the Parquet jars share packages, so they cannot be modules, and its codec
 * BROTLI has a jar without a module name. An application on the module path keeps them on the class path and adds
 * {@code --add-reads org.rpt4j.core=ALL-UNNAMED}.
 */
module org.rpt4j.core {
    requires transitive org.rpt4j.spi;
    requires com.fasterxml.jackson.databind;
    requires org.rpt4j.chat.template;
    requires org.slf4j;
    requires static com.github.luben.zstd_jni;
    requires static jdk.jfr;
    requires static org.apache.commons.compress;
    requires static org.apache.commons.csv;
    requires static org.jspecify;
    requires static org.tukaani.xz;

    exports org.rpt4j.core.corpus;
    exports org.rpt4j.core.eval;
    exports org.rpt4j.core.objective;
    exports org.rpt4j.core.phase;
    exports org.rpt4j.core.pipeline;
    exports org.rpt4j.core.prompt;
    exports org.rpt4j.core.reward;
    exports org.rpt4j.core.rollout;
    exports org.rpt4j.core.task;
    exports org.rpt4j.core.task.kind;
    exports org.rpt4j.core.tokenize;
    exports org.rpt4j.core.train;
    exports org.rpt4j.core.dataset to
            org.rpt4j.answers,
            org.rpt4j.cli,
            org.rpt4j.run;

    uses org.rpt4j.core.corpus.CorpusStorage;
    uses org.rpt4j.spi.RewardVerifierProvider;
    uses org.rpt4j.spi.TaskKindProvider;

    provides org.rpt4j.spi.RewardVerifierProvider with
            org.rpt4j.core.reward.BuiltInRewards.PrefixMatch,
            org.rpt4j.core.reward.BuiltInRewards.FirstToken,
            org.rpt4j.core.reward.BuiltInRewards.Dense,
            org.rpt4j.core.reward.BuiltInRewards.ConditionalDense,
            org.rpt4j.core.reward.BuiltInRewards.Likelihood,
            org.rpt4j.core.reward.BuiltInRewards.InformationGain;
    provides org.rpt4j.spi.TaskKindProvider with
            org.rpt4j.core.task.kind.BuiltInTaskKinds.NextTokens,
            org.rpt4j.core.task.kind.BuiltInTaskKinds.NextSegment,
            org.rpt4j.core.task.kind.BuiltInTaskKinds.MiddleSegment,
            org.rpt4j.core.task.kind.BuiltInTaskKinds.MaskedSpans,
            org.rpt4j.core.task.kind.BuiltInTaskKinds.NextSentences,
            org.rpt4j.core.task.kind.BuiltInTaskKinds.MultipleChoices;
}
