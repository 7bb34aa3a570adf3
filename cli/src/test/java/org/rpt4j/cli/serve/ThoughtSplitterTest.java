package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.run.tiny.TinyCheckpoint;

class ThoughtSplitterTest {

    @TempDir
    private Path folder;

    private Tokenizer tokenizer;
    private final StringBuilder thought = new StringBuilder();
    private final StringBuilder answer = new StringBuilder();

    @BeforeEach
    void openTokenizer() {
        tokenizer = Tokenizer.open(TinyCheckpoint.write(folder));
    }

    private ThoughtSplitter splitter(boolean inThought) {
        return new ThoughtSplitter(
                tokenizer,
                tokenizer.thoughtMarkers(),
                inThought,
                (isThought, text) -> (isThought ? thought : answer).append(text));
    }

    private void add(ThoughtSplitter splitter, String text) {
        for (int token : tokenizer.encodeWithSpecials(text)) {
            splitter.add(token);
            splitter.add(tokenizer.decode(token));
        }
    }

    @Test
    void aThoughtEndsAtItsMarker() {
        ThoughtSplitter splitter = splitter(true);
        add(splitter, "hm</think>yes");
        splitter.finish();

        assertThat(thought).hasToString("hm");
        assertThat(answer).hasToString("yes");
        assertThat(splitter.thoughtTokens()).isEqualTo(tokenizer.encodeWithSpecials("hm</think>").length);
    }

    @Test
    void aModelMayOpenItsThoughtItself() {
        ThoughtSplitter splitter = splitter(false);
        add(splitter, "<think>hm</think>yes");
        splitter.finish();

        assertThat(thought).hasToString("hm");
        assertThat(answer).hasToString("yes");
    }

    @Test
    void aMarkerThatIsOrdinaryTextIsText() {
        ThoughtSplitter splitter = splitter(false);
        for (int token : tokenizer.encode("the tag <think> opens")) {
            splitter.add(token);
            splitter.add(tokenizer.decode(token));
        }
        splitter.finish();

        assertThat(answer).hasToString("the tag <think> opens");
        assertThat(thought).isEmpty();
    }

    /** A stop string that begins like the marker holds its text back. */
    @Test
    void theTextOfAMarkerMayComeLater() {
        ThoughtSplitter splitter = splitter(true);
        splitter.add("h");
        splitter.add(tokenizer.addedIdOf("</think>").orElseThrow());
        splitter.add("m</th");
        splitter.add("ink>yes");
        splitter.finish();

        assertThat(thought).hasToString("hm");
        assertThat(answer).hasToString("yes");
    }

    @Test
    void withoutAnEndAllIsThought() {
        ThoughtSplitter splitter = splitter(true);
        add(splitter, "hm hm");
        splitter.finish();

        assertThat(thought).hasToString("hm hm");
        assertThat(answer).isEmpty();
    }
}
