package org.rpt4j.judge;

import java.util.List;
import java.util.Map;
import org.rpt4j.api.RewardVerifier;
import org.rpt4j.spi.RewardVerifierContext;
import org.rpt4j.spi.RewardVerifierProvider;

/**
 * Offers the reward {@code judge}: 1 if a model says that the prediction means what really follows, or the first part of
 * it; else 0 (RLPT, arXiv 2509.19249). Its options say which model is asked and how, see {@code docs/rewards.md}. The
 * environment variable {@code RPT4J_JUDGE_API_KEY} holds the key of a server.
 *
 * @since 0.1.0
 */
public final class JudgeReward implements RewardVerifierProvider {

    /** For {@link java.util.ServiceLoader}. */
    public JudgeReward() {}

    @Override
    public String name() {
        return "judge";
    }

    @Override
    public int apiVersion() {
        return API_VERSION;
    }

    @Override
    public List<String> options() {
        return JudgeOptions.NAMES;
    }

    @Override
    public void checkOptions(Map<String, String> given) {
        JudgeOptions.parse(given);
    }

    @Override
    public RewardVerifier create(RewardVerifierContext context) {
        JudgeOptions options = JudgeOptions.parse(context.options());
        JudgeRecord record = JudgeRecord.open(context.directory());
        return new JudgeVerifier(options.instruction(), options.open(System.getenv()), record);
    }
}
