/**
 * The reward {@code judge}, which asks a model whether a prediction means what really follows: a policy on the class path,
 * or a server.
 */
module org.rpt4j.judge {
    requires transitive org.rpt4j.spi;
    requires org.rpt4j.core;
    requires org.rpt4j.model.format;
    requires com.fasterxml.jackson.databind;
    requires org.slf4j;
    requires static org.jspecify;

    exports org.rpt4j.judge;

    uses org.rpt4j.spi.BackendProvider;

    provides org.rpt4j.spi.RewardVerifierProvider with
            org.rpt4j.judge.JudgeReward;
}
