package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.rpt4j.chat.template.Statement.Next;
import org.rpt4j.chat.template.Token.Kind;

/** Parses text, expressions and tags into statements. */
final class TemplateParser {

    private static final Set<String> TEMPLATE_END = Set.of();
    private static final Set<String> CONSTANTS = Set.of("true", "True", "false", "False", "none", "None");
    /** The text of a tag's content, under a name that no variable has. */
    private static final Expression CAPTURED = frame -> frame.get("");

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
            output.append(Representation.text(expression.eval(frame), frame.budget()));
            return Next.GO_ON;
        };
    }

    private static Statement sequence(List<Statement> statements) {
        return (frame, output) -> {
            frame.budget().enter();
            Next next = Next.GO_ON;
            for (int i = 0; next == Next.GO_ON && i < statements.size(); i++) {
                frame.budget().spend(1);
                next = statements.get(i).run(frame, output);
            }
            frame.budget().leave();
            return next;
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
            case "call" -> callTag();
            case "print" -> printTag();
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
        Target target = targets();
        tokens.expectName("in");
        Expression iterable = expressions.parseIterable();
        Expression condition = tokens.skipName("if") ? expressions.parse() : null;
        boolean recursive = tokens.skipName("recursive");
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
        return new ForLoop(target, iterable, condition, recursive, inner, empty);
    }

    private Statement loopControl(Next next, int line) {
        if (loops == 0) {
            throw new JinjaException("\"" + next.name().toLowerCase(Locale.ROOT) + "\" outside of a loop", line);
        }
        endTag();
        return (frame, output) -> next;
    }

    /** Parses one or several targets of an assignment; brackets nest. */
    private Target targets() {
        tokens.enter();
        List<Target> targets = new ArrayList<>();
        boolean several = false;
        do {
            if (!targets.isEmpty() && !tokens.at(Kind.NAME) && !tokens.atOperator("(")) {
                break;
            }
            targets.add(target());
            several |= tokens.atOperator(",");
        } while (tokens.skipOperator(","));
        tokens.leave();
        return several ? Target.several(targets) : targets.get(0);
    }

    private Target target() {
        if (tokens.skipOperator("(")) {
            Target inner = targets();
            tokens.expectOperator(")");
            return inner;
        }
        return Target.variable(variable());
    }

    private String variable() {
        Token token = tokens.peek();
        String name = tokens.expect(Kind.NAME, "the name of a variable");
        if (CONSTANTS.contains(name)) {
            throw new JinjaException("\"" + name + "\" is a constant and cannot be set", token.line());
        }
        return name;
    }

    private Statement setTag() {
        Target target;
        if (tokens.peekSecond().is(Kind.OPERATOR, ".")) {
            String variable = variable();
            tokens.next();
            target = Target.attribute(variable, tokens.expect(Kind.NAME, "the name of an attribute"));
        } else {
            target = targets();
        }
        if (tokens.skipOperator("=")) {
            Expression value = expressions.parseTuple();
            endTag();
            return (frame, output) -> {
                target.assign(frame, value.eval(frame));
                return Next.GO_ON;
            };
        }
        Expression filtered = filtered(CAPTURED);
        endTag();
        Statement inner = body(Set.of("endset"));
        closeTag("endset");
        return captured(inner, (frame, text, output) -> target.assign(frame, filtered.eval(text)));
    }

    private Statement macroTag() {
        String name = tokens.expect(Kind.NAME, "the name of a macro");
        MacroParts parts = macro(parameters(), "endmacro");
        return (frame, output) -> {
            frame.budget().spend(Budget.SCOPE);
            frame.set(name, new Macro(name, parts.parameters(), parts.uses(), parts.body(), frame));
            return Next.GO_ON;
        };
    }

    private Statement callTag() {
        int line = tokens.peek().line();
        List<Macro.Parameter> parameters = tokens.atOperator("(") ? parameters() : List.of();
        if (!(expressions.parse() instanceof Call call)) {
            throw new JinjaException("the tag \"call\" needs a call", line);
        }
        MacroParts parts = macro(parameters, "endcall");
        return (frame, output) -> {
            frame.budget().spend(Budget.SCOPE);
            Macro caller = new Macro("caller", parts.parameters(), parts.uses(), parts.body(), frame);
            output.append(Representation.text(call.withCaller(frame, caller), frame.budget()));
            return Next.GO_ON;
        };
    }

    /** Parameters and body of a macro. */
    private record MacroParts(List<Macro.Parameter> parameters, Set<String> uses, Statement body) {}

    private MacroParts macro(List<Macro.Parameter> parameters, String end) {
        endTag();
        int outerLoops = loops;
        loops = 0;
        Set<String> outer = expressions.collected(Set.of());
        Statement inner = body(Set.of(end));
        Set<String> uses = expressions.collected(Set.of());
        parameters.forEach(parameter -> uses.remove(parameter.name()));
        outer.addAll(uses);
        expressions.collected(outer);
        loops = outerLoops;
        closeTag(end);
        return new MacroParts(parameters, uses, inner);
    }

    private List<Macro.Parameter> parameters() {
        List<Macro.Parameter> parameters = new ArrayList<>();
        Set<String> names = new HashSet<>();
        tokens.expectOperator("(");
        while (!tokens.skipOperator(")")) {
            Token token = tokens.peek();
            String name = variable();
            Expression otherwise = tokens.skipOperator("=") ? expressions.parse() : null;
            boolean afterDefault = !parameters.isEmpty()
                    && parameters.get(parameters.size() - 1).otherwise() != null;
            if (!names.add(name) || (otherwise == null && afterDefault)) {
                throw new JinjaException(
                        "parameter \"" + name + "\" is there twice, or has no default value after one that has",
                        token.line());
            }
            parameters.add(new Macro.Parameter(name, otherwise));
            if (!tokens.atOperator(")")) {
                tokens.expectOperator(",");
            }
        }
        return parameters;
    }

    private Statement printTag() {
        List<Statement> parts = new ArrayList<>();
        do {
            parts.add(write(expressions.parse()));
        } while (tokens.skipOperator(","));
        endTag();
        return sequence(parts);
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
        Expression filtered = filtered(expressions.parseFilter(CAPTURED));
        endTag();
        Statement inner = body(Set.of("endfilter"));
        closeTag("endfilter");
        return captured(
                inner,
                (frame, text, output) -> output.append(Representation.text(filtered.eval(text), frame.budget())));
    }

    /** Marks the assistant's text for training tools; it has no effect on the text. */
    private Statement generationTag() {
        endTag();
        Statement inner = body(Set.of("endgeneration"));
        closeTag("endgeneration");
        return (frame, output) -> inner.run(frame.child(), output);
    }

    private Expression filtered(Expression input) {
        Expression value = input;
        while (tokens.skipOperator("|")) {
            value = expressions.parseFilter(value);
        }
        return value;
    }

    /** What a tag does with the text of its content. */
    @FunctionalInterface
    private interface Capture {
        void accept(Frame frame, Frame text, BoundedText output);
    }

    /** Runs the content of a tag and passes on a scope in which {@link #CAPTURED} is its text. */
    private static Statement captured(Statement inner, Capture capture) {
        return (frame, output) -> {
            BoundedText text = new BoundedText(frame.budget());
            Next next = inner.run(frame.child(), text);
            if (next == Next.GO_ON) {
                Frame scope = frame.child();
                scope.set("", text.toString());
                capture.accept(frame, scope, output);
            }
            return next;
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
