package org.rpt4j.chat.template;

/**
 * Thrown if the thread that parses or renders a template is interrupted; it stays interrupted.
 *
 * @since 0.1.0
 */
public final class JinjaInterruptedException extends JinjaException {

    private static final long serialVersionUID = 1L;

    private JinjaInterruptedException() {
        super("the thread is interrupted");
    }

    /** Ends long work on an interrupted thread. */
    static void check() {
        if (Thread.currentThread().isInterrupted()) {
            throw new JinjaInterruptedException();
        }
    }
}
