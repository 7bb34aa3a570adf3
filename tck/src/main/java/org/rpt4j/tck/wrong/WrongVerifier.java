package org.rpt4j.tck.wrong;

import org.rpt4j.api.RewardVerifier;

/**
 * A verifier that breaks one rule.
 *
 * @param rule number of the rule that it breaks
 * @param mistake what is wrong with it
 * @param wrong the verifier
 */
public record WrongVerifier(String rule, String mistake, RewardVerifier wrong) {

    @Override
    public String toString() {
        return rule + ": " + mistake;
    }
}
