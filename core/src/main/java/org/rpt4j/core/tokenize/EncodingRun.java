package org.rpt4j.core.tokenize;

import org.jspecify.annotations.Nullable;

/** What the encoding of one text collects and spends. Not thread-safe. */
final class EncodingRun {

    final IdBuffer ids = new IdBuffer();
    final Effort effort;
    final WordMerger merger;

    private @Nullable RegexMatcher[] matchers = new RegexMatcher[4];

    EncodingRun(int characters) {
        this.effort = new Effort(characters);
        this.merger = new WordMerger(effort);
    }

    /** The matcher of a step, which the step uses again for every piece. */
    RegexMatcher matcher(int step, RegexProgram program) {
        if (step >= matchers.length) {
            matchers = java.util.Arrays.copyOf(matchers, step * 2);
        }
        RegexMatcher found = matchers[step];
        if (found == null) {
            found = new RegexMatcher(program, effort);
            matchers[step] = found;
        }
        return found;
    }
}
