package org.rpt4j.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.util.concurrent.TimeUnit;
import org.rpt4j.core.prompt.ChatTemplate;

/**
 * A Jinja template, parsed and rendered; its output and its time are limited, and an interrupt ends it. The limits of
 * time are generous, because the code is instrumented and the machine may be busy.
 */
class ChatTemplateFuzz {

    private static final int MOST_CHARACTERS = 1 << 20;
    private static final long MOST_NANOSECONDS = 5_000_000_000L;
    private static final long MOST_MILLISECONDS_AFTER_INTERRUPT = 2_000;
    private static final LocalDateTime NOW = LocalDateTime.of(2026, 1, 2, 3, 4, 5);

    @FuzzTest
    void read(byte[] input) throws Exception {
        String source = new String(input, StandardCharsets.UTF_8);
        long start = System.nanoTime();
        Promise.readsOrRefuses(() -> render(source));
        long taken = System.nanoTime() - start;
        if (taken > MOST_NANOSECONDS) {
            throw new AssertionError(source.length() + " characters took " + taken / 1_000_000 + " ms");
        }
        endsWhenInterrupted(source);
    }

    private static String render(String source) {
        String text = ChatTemplate.of(source, "<s>", "</s>").at(NOW).render("What is 1 + 1?");
        if (text.length() > MOST_CHARACTERS) {
            throw new AssertionError(source.length() + " characters rendered to " + text.length());
        }
        return text;
    }

    private static void endsWhenInterrupted(String source) throws InterruptedException {
        AssertionError[] broken = new AssertionError[1];
        Thread renderer = new Thread(() -> {
            try {
                Promise.readsOrRefuses(() -> render(source));
            } catch (Exception e) {
                broken[0] = new AssertionError("an interrupt leads to another error", e);
            }
            // The rendering may end before the interrupt comes.
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(MOST_MILLISECONDS_AFTER_INTERRUPT) / 2;
            while (!Thread.currentThread().isInterrupted()) {
                if (System.nanoTime() > deadline) {
                    broken[0] = new AssertionError("the interrupt is lost");
                    return;
                }
                Thread.onSpinWait();
            }
        });
        renderer.setDaemon(true);
        renderer.start();
        renderer.interrupt();
        renderer.join(MOST_MILLISECONDS_AFTER_INTERRUPT);
        if (renderer.isAlive()) {
            throw new AssertionError("an interrupted rendering goes on");
        }
        if (broken[0] != null) {
            throw broken[0];
        }
    }
}
