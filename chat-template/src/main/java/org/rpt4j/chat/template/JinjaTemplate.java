package org.rpt4j.chat.template;

import java.time.LocalDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A parsed template. Immutable and thread-safe.
 *
 * @since 0.1.0
 */
public final class JinjaTemplate {

    private static final int MAX_SOURCE = 1 << 20;

    private final Statement root;

    private JinjaTemplate(Statement root) {
        this.root = root;
    }

    /**
     * Parses a template.
     *
     * @throws JinjaInterruptedException if the thread is interrupted
     * @throws JinjaException if it is malformed, or uses an unsupported tag
     */
    public static JinjaTemplate parse(String source) {
        if (source.length() > MAX_SOURCE) {
            throw new JinjaException(
                    "the template has " + source.length() + " characters; at most " + MAX_SOURCE + " are allowed");
        }
        try {
            return new JinjaTemplate(TemplateParser.parse(source));
        } catch (StackOverflowError e) {
            throw new JinjaException("the template nests too deeply for the stack of this thread");
        }
    }

    /**
     * Renders the template with strings, numbers, booleans, null, lists and maps. Its function {@code strftime_now} is
     * undefined.
     *
     * @throws JinjaInterruptedException if the thread is interrupted, within 100 milliseconds
     * @throws JinjaException if the template fails, exceeds its limits, or uses an unsupported feature
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        return rendered(variables, null);
    }

    /**
     * Renders the template at a time.
     *
     * @param now what {@code strftime_now} formats
     * @throws JinjaInterruptedException if the thread is interrupted, within 100 milliseconds
     * @throws JinjaException if the template fails, exceeds its limits, or uses an unsupported feature
     */
    public String render(Map<String, ? extends @Nullable Object> variables, LocalDateTime now) {
        return rendered(variables, now);
    }

    private String rendered(Map<String, ? extends @Nullable Object> variables, @Nullable LocalDateTime now) {
        Map<String, Object> globals = Globals.functions(now);
        variables.forEach((name, value) -> globals.put(name, Values.of(value)));
        Frame frame = Frame.root(globals);
        BoundedText output = new BoundedText(frame.budget());
        try {
            root.run(frame, output);
        } catch (ArithmeticException e) {
            throw new JinjaException("a number is divided by zero or too large (" + e.getMessage() + ")");
        } catch (StackOverflowError e) {
            throw new JinjaException("the template nests its values too deeply for the stack of this thread");
        }
        return output.toString();
    }
}
