package org.rpt4j.chat.template;

import java.util.HashMap;
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
     * @throws JinjaException if it is malformed, or uses an unsupported tag
     */
    public static JinjaTemplate parse(String source) {
        if (source.length() > MAX_SOURCE) {
            throw new JinjaException(
                    "the template has " + source.length() + " characters; at most " + MAX_SOURCE + " are allowed");
        }
        return new JinjaTemplate(TemplateParser.parse(source));
    }

    /**
     * Renders the template with strings, numbers, booleans, null, lists and maps.
     *
     * @throws JinjaException if the template fails, exceeds its limits, or uses an unsupported feature
     */
    public String render(Map<String, ? extends @Nullable Object> variables) {
        Map<String, Object> globals = new HashMap<>(Globals.functions());
        variables.forEach((name, value) -> globals.put(name, Values.of(value)));
        BoundedText output = new BoundedText();
        try {
            root.run(Frame.root(globals), output);
        } catch (ArithmeticException e) {
            throw new JinjaException("a number is divided by zero or too large (" + e.getMessage() + ")");
        } catch (StackOverflowError e) {
            throw new JinjaException("the template nests its values too deeply");
        }
        return output.toString();
    }
}
