/** Questions with verifiable answers: reading them from files, judging answers, and rewards that do so. */
module org.rpt4j.answers {
    requires transitive org.rpt4j.core;
    requires org.slf4j;
    requires static org.jspecify;

    exports org.rpt4j.answers;
    exports org.rpt4j.answers.compare;
    exports org.rpt4j.answers.reward;

    uses org.rpt4j.answers.compare.SymbolicEquality;
    uses org.rpt4j.answers.reward.CodeSandbox;

    provides org.rpt4j.spi.RewardVerifierProvider with
            org.rpt4j.answers.reward.AnswerRewards.Exact,
            org.rpt4j.answers.reward.AnswerRewards.Math,
            org.rpt4j.answers.reward.AnswerRewards.MultipleChoice,
            org.rpt4j.answers.reward.AnswerRewards.CodeOutput;
}
