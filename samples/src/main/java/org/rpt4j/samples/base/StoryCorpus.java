package org.rpt4j.samples.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.rpt4j.samples.stories.StoryGenerator;
import org.rpt4j.spi.support.AtomicFiles;

/** The stories of the quickstart's corpus as JSON lines. None of them is among those that the base model has seen. */
final class StoryCorpus {

    private StoryCorpus() {}

    /** Writes the stories of the seeds 0 to {@code count - 1}, one object with a {@code text} per line. */
    static void write(Path file, int count) throws IOException {
        
        StringBuilder lines = new StringBuilder();
        for (long seed = 0; seed < count; seed++) {
            lines.append("{\"text\": \"").append(new StoryGenerator().story(seed).text()).append("\"}\n");
        }
        AtomicFiles.replace(file, out -> out.write(lines.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
