package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.chat.template.Statement.Next;
import org.rpt4j.chat.template.Token.Kind;

/** Parses text, expressions and tags into statements. */
final class TemplateParser {

    private static final Set<String> TEMPLATE_END = Set.of();

    private final TokenStream tokens;
    private final ExpressionParser expressions;
    private int loops;

    private TemplateParser(List<Token> tokens) {
        this.tokens = new TokenStream(tokens);
        this.expressions = new ExpressionParser(this.tokens);
    }

    static Statement parse(String source) {
        TemplateParser parser = new TemplateParser(Lexer.tokens(source));
        return parser.body(TEMPLATE_END);
    }

    /** Parses statements up to a tag with one of these names; parsing continues at that name. */
    private Statement body(Set<String> ends) {
        tokens.enter();
        List<Statement> statements = new ArrayList<>();
        while (!tokens.at(Kind.END_OF_TEMPLATE)) {
            Token token = tokens.next();
            switch (token.kind()) {
                case TEXT -> statements.add(write(frame -> token.text()));
                case EXPRESSION_BEGIN -> {
                    statements.add(write(expressions.parseTuple()));
                    tokens.expect(Kind.EXPRESSION_END, "\"}}\"");
                }
                default -> {
                    if (tokens.at(Kind.NAME) && ends.contains(tokens.peek().text())) {
                        tokens.leave();
                        return sequence(statements);
                    }
                    statements.add(tag());
                }
            }
        }
        if (!ends.isEmpty()) {
            throw tokens.unexpected("one of the tags " + ends.stream().sorted().toList());
        }
        tokens.leave();
        return sequence(statements);
    }

    private static Statement write(Expression expression) {
        return (frame, output) -> {
            frame.budget().spend(1);
            output.append(Values.text(expression.eval(frame)));
            return Next.GO_ON;
        };
    }

    private static Statement sequence(List<Statement> statements) {
        return (frame, output) -> {
            for (Statement statement : statements) {
                Next next = statement.run(frame, output);
                if (next != Next.GO_ON) {
                    return next;
                }
            }
            return Next.GO_ON;
        };
    }

    private Statement tag() {
        int line = tokens.peek().line();
        String name = tokens.expect(Kind.NAME, "the name of a tag");
        return switch (name) {
            case "if" -> ifTag();
            case "for" -> forTag();
            case "set" -> setTag();
            case "macro" -> macroTag();
            case "with" -> withTag();
            case "filter" -> filterTag();
            case "generation" -> generationTag();
            case "break" -> loopControl(Next.BREAK, line);
            case "continue" -> loopControl(Next.CONTINUE, line);
            default -> throw new JinjaException("tag \"" + name + "\" is not supported", line);
        };
    }

    private Statement ifTag() {
        Expression condition = expressions.parseTuple();
        endTag();
        Statement then = body(Set.of("elif", "else", "endif"));
        Statement otherwise = afterIf();
        return (frame, output) ->
                Values.truth(condition.eval(frame)) ? then.run(frame, output) : otherwise.run(frame, output);
    }

    private Statement afterIf() {
        switch (tokens.next().text()) {
            case "elif" -> {
                tokens.enter();
                Statement otherwise = ifTag();
                tokens.leave();
                return otherwise;
            }
            case "else" -> {
                endTag();
                Statement otherwise = body(Set.of("endif"));
                closeTag("endif");
                return otherwise;
            }
            default -> {
                endTag();
                return (frame, output) -> Next.GO_ON;
            }
        }
    }

    private Statement forTag() {
        List<String> targets = targets();
        tokens.expectName("in");
        Expression iterable = expressions.parseOr();
        Expression condition = tokens.skipName("if") ? expressions.parse() : null;
        endTag();
        loops++;
        Statement inner = body(Set.of("else", "endfor"));
        loops--;
        Statement empty = null;
        if (tokens.next().text().equals("else")) {
            endTag();
            empty = body(Set.of("endfor"));
            closeTag("endfor");
        } else {
            endTag();
        }
        return new ForLoop(targets, iterable, condition, inner, empty);
    }

    private Statement loopControl(Next next, int line) {
        if (loops == 0) {
            throw new JinjaException("\"" + next.name().toLowerCase(Locale.ROOT) + "\" outside of a loop", line);
        }
        endTag();
        return (frame, output) -> next;
    }

    private List<String> targets() {
        boolean bracketed = tokens.skipOperator("(");
        List<String> names = new ArrayList<>();
        do {
            names.add(tokens.expect(Kind.NAME, "the name of a variable"));
        } while (tokens.skipOperator(","));
        if (bracketed) {
            tokens.expectOperator(")");
        }
        return names;
    }

    private Statement setTag() {
        List<String> names = targets();
        String attribute = names.size() == 1 && tokens.skipOperator(".")
                ? tokens.expect(Kind.NAME, "the name of an attribute")
                : null;
        if (tokens.skipOperator("=")) {
            Expression value = expressions.parseTuple();
            endTag();
            return (frame, output) -> {
                assign(frame, names, attribute, value.eval(frame));
                return Next.GO_ON;
            };
        }
        Expression[] block = new Expression[1];
        Expression value = filtered(frame -> block[0].eval(frame));
        endTag();
        block[0] = captured(body(Set.of("endset")));
        closeTag("endset");
        return (frame, output) -> {
            assign(frame, names, attribute, value.eval(frame));
            return Next.GO_ON;
        };
    }

    private static void assign(Frame frame, List<String> names, @Nullable String attribute, Object value) {
        if (attribute == null) {
            ForLoop.bind(frame, names, value);
        } else if (frame.get(names.get(0)) instanceof Attributes.Namespace namespace) {
            namespace.set(attribute, value);
        } else {
            throw new JinjaException("only the attributes of a namespace can be set, and \"" + names.get(0) + "\" is "
                    + Values.type(frame.get(names.get(0))));
        }
    }

    private Statement macroTag() {
        String name = tokens.expect(Kind.NAME, "the name of a macro");
        Map<String, Expression> parameters = new LinkedHashMap<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            String parameter = tokens.expect(Kind.NAME, "the name of a parameter");
            Expression otherwise = frame -> new Undefined(parameter);
            parameters.put(parameter, tokens.skipOperator("=") ? expressions.parse() : otherwise);
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        endTag();
        int outerLoops = loops;
        loops = 0;
        Statement inner = body(Set.of("endmacro"));
        loops = outerLoops;
        closeTag("endmacro");
        return (frame, output) -> {
            frame.set(name, (Callable) arguments -> macro(name, parameters, inner, frame, arguments));
            return Next.GO_ON;
        };
    }

    private static Object macro(
            String name, Map<String, Expression> parameters, Statement inner, Frame scope, Arguments arguments) {
        for (String given : arguments.named().keySet()) {
            if (!parameters.containsKey(given)) {
                throw new JinjaException("macro " + name + " has no parameter \"" + given + "\"");
            }
        }
        if (arguments.count() > parameters.size()) {
            throw new JinjaException("macro " + name + " has " + parameters.size() + " parameters but is called with "
                    + arguments.count() + " arguments");
        }
        Frame frame = scope.child();
        int index = 0;
        for (Map.Entry<String, Expression> parameter : parameters.entrySet()) {
            boolean given = arguments.has(index, parameter.getKey());
            frame.set(
                    parameter.getKey(),
                    given
                            ? arguments.required(index, parameter.getKey())
                            : parameter.getValue().eval(frame));
            index++;
        }
        frame.budget().enterCall();
        BoundedText text = new BoundedText();
        inner.run(frame, text);
        frame.budget().leaveCall();
        return text.toString();
    }

    private Statement withTag() {
        Map<String, Expression> variables = new LinkedHashMap<>();
        while (!tokens.at(Kind.TAG_END)) {
            String name = tokens.expect(Kind.NAME, "the name of a variable");
            tokens.expectOperator("=");
            variables.put(name, expressions.parse());
            tokens.skipOperator(",");
        }
        endTag();
        Statement inner = body(Set.of("endwith"));
        closeTag("endwith");
        return (frame, output) -> {
            Frame scope = frame.child();
            variables.forEach((name, value) -> scope.set(name, value.eval(frame)));
            return inner.run(scope, output);
        };
    }

    private Statement filterTag() {
        Expression[] block = new Expression[1];
        Expression value = filtered(expressions.parseFilter(frame -> block[0].eval(frame)));
        endTag();
        block[0] = captured(body(Set.of("endfilter")));
        closeTag("endfilter");
        return write(value);
    }

    /** Marks the assistant's text for training tools; it has no effect on the text. */
    private Statement generationTag() {
        endTag();
        Statement inner = body(Set.of("endgeneration"));
        closeTag("endgeneration");
        return inner;
    }

    private Expression filtered(Expression input) {
        Expression value = input;
        while (tokens.skipOperator("|")) {
            value = expressions.parseFilter(value);
        }
        return value;
    }

    private static Expression captured(Statement inner) {
        return frame -> {
            BoundedText text = new BoundedText();
            inner.run(frame.child(), text);
            return text.toString();
        };
    }

    private void endTag() {
        tokens.expect(Kind.TAG_END, "\"%}\"");
    }

    private void closeTag(String name) {
        tokens.expectName(name);
        endTag();
    }
}
