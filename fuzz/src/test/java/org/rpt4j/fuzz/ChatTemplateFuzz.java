package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.rpt4j.core.prompt.ChatTemplate;

/** A Jinja template, parsed and rendered; its output is limited. */
class ChatTemplateFuzz {

    private static final int MOST_CHARACTERS = 1 << 20;

    @FuzzTest
    void read(byte[] input) throws Exception {
        String source = new String(input, StandardCharsets.UTF_8);
        Promise.readsOrRefuses(() -> {
            String text = ChatTemplate.of(source, "<s>", "</s>").render("What is 1 + 1?");
            if (text.length() > MOST_CHARACTERS) {
                throw new AssertionError(source.length() + " characters rendered to " + text.length());
            }
            return text;
        });
    }
}
