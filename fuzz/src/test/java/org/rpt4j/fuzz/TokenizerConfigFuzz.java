package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.file.Path;
import org.rpt4j.core.prompt.ChatTemplate;

/** {@code tokenizer_config.json} and the chat template in it. */
class TokenizerConfigFuzz {

    private static final Scratch SCRATCH = new Scratch();

    @FuzzTest
    void read(byte[] input) throws Exception {
        Path directory = SCRATCH.file("tokenizer_config.json", input).getParent();
        Promise.readsOrRefuses(() -> ChatTemplate.open(directory).map(template -> template.render("Hello")));
    }
}
