package org.rpt4j.core.scoring;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenScores.Candidate;
import org.rpt4j.api.error.TokenizerException;
import org.rpt4j.core.task.ScoredDocument;
import org.rpt4j.core.task.TokenizedDocument;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * Maps the scores of a proxy with another tokenizer to the tokens of the policy by byte offset. A token gets a score if
 * a proxy token starts at the same byte. Otherwise the proxy never made the decision that the policy has to make there,
 * and the token has no score.
 *
 * <p>The entropy is that of the proxy's token. Its argmax counts as the policy's token if both have the same bytes. The
 * log-probability is the sum over the proxy's tokens if the last of them ends where the policy's token ends. A
 * candidate counts as the policy's token with the same bytes, of several the lowest id; one without such a token is left
 * out, so that a row may end early. Thread-safe.
 *
 * @since 0.1.0
 */
public final class ProxyAlignment {

    private final Tokenizer policy;
    private final Tokenizer proxy;
    private @Nullable Map<ByteBuffer, Integer> policyIds;

    /** Creates an alignment between two tokenizers, which the caller keeps open. */
    public ProxyAlignment(Tokenizer policy, Tokenizer proxy) {
        this.policy = policy;
        this.proxy = proxy;
    }

    /**
     * Maps scores to the policy's tokens.
     *
     * @param document a text in the policy's tokens
     * @param scored the same text in the proxy's tokens
     * @throws TokenizerException if the two tokenizers normalise the text to different bytes
     */
    public ScoredDocument align(TokenizedDocument document, ScoredDocument scored) {
        int[] starts = starts(policy, document.tokens());
        int[] proxyStarts = starts(proxy, scored.document().tokens());
        int shift = shift(document, scored.document());
        ScoredDocument aligned =
                ScoringIterator.unscored(document, scored.scores().candidates());
        int s = 0;
        for (int t = 0; t < document.length(); t++) {
            int start = starts[t] + shift;
            while (s < proxyStarts.length - 1 && proxyStarts[s] < start) {
                s++;
            }
            // The first token of a document is never scored, even if the proxy saw a token before it.
            if (t > 0 && s < proxyStarts.length - 1 && proxyStarts[s] == start) {
                carry(scored, s, proxyStarts, document.tokens()[t], starts[t + 1] + shift, aligned.scores(), t);
            }
        }
        return aligned;
    }

    private void carry(ScoredDocument scored, int s, int[] proxyStarts, int token, int end, TokenScores to, int t) {
        TokenScores from = scored.scores();
        to.entropy()[t] = from.entropy()[s];
        int argmax = from.argmax()[s];
        boolean hit = argmax >= 0 && Arrays.equals(proxy.tokenBytes(argmax), policy.tokenBytes(token));
        to.argmax()[t] = hit ? token : -1;
        double logProb = 0;
        int last = s;
        while (last < from.length() && proxyStarts[last] < end) {
            logProb += from.trueLogProb()[last++];
        }
        to.trueLogProb()[t] = proxyStarts[last] == end ? logProb : Double.NaN;
        carryCandidates(from.candidates(s), to, t);
    }

    private void carryCandidates(List<Candidate> candidates, TokenScores to, int t) {
        Set<Integer> carried = new HashSet<>();
        for (Candidate candidate : candidates) {
            Integer id = policyIds().get(ByteBuffer.wrap(proxy.tokenBytes(candidate.token())));
            if (id != null && carried.add(id)) {
                int place = t * to.candidates() + carried.size() - 1;
                to.topIds()[place] = id;
                to.topLogProbs()[place] = candidate.logProb();
            }
        }
    }

    /** The lowest id of the policy for each text of bytes. */
    private synchronized Map<ByteBuffer, Integer> policyIds() {
        if (policyIds == null) {
            policyIds = new HashMap<>();
            for (int id = 0; id < policy.vocabularySize(); id++) {
                byte[] bytes = policy.tokenBytes(id);
                if (bytes.length > 0) {
                    policyIds.putIfAbsent(ByteBuffer.wrap(bytes), id);
                }
            }
        }
        return policyIds;
    }

    /**
     * Some tokenizers add a space before a text. This is the value to add to an offset of the policy to get an offset
     * of the proxy.
     */
    private int shift(TokenizedDocument document, TokenizedDocument scored) {
        byte[] ours = policy.bytes(document.tokens());
        byte[] theirs = proxy.bytes(scored.tokens());
        int shift = theirs.length - ours.length;
        int from = Math.max(0, -shift);
        int proxyFrom = Math.max(0, shift);
        boolean space = shift == 0 || (shift == 1 && theirs[0] == ' ') || (shift == -1 && ours[0] == ' ');
        if (!space || !Arrays.equals(ours, from, ours.length, theirs, proxyFrom, theirs.length)) {
            throw new TokenizerException("Document " + document.id() + " has " + ours.length
                    + " bytes for the policy's tokenizer and " + theirs.length + " for the proxy's, and they differ "
                    + "at byte " + Math.max(0, Arrays.mismatch(ours, theirs)) + ": the two normalise text "
                    + "differently. Normalise the corpus (to NFC), or use a proxy from the policy's model family.");
        }
        return shift;
    }

    /** T + 1 offsets in bytes. */
    private static int[] starts(Tokenizer tokenizer, int[] tokens) {
        int[] starts = new int[tokens.length + 1];
        for (int i = 0; i < tokens.length; i++) {
            starts[i + 1] = starts[i] + tokenizer.tokenBytes(tokens[i]).length;
        }
        return starts;
    }
}
