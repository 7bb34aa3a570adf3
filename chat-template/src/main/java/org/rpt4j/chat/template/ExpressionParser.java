package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.rpt4j.chat.template.Token.Kind;

/** Parses expressions, loosest binding first: choice, or, and, not, comparison, +-, ~, products, powers, signs. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NOT_A_TEST_ARGUMENT = Set.of("else", "or", "and", "is", "if", "in", "not");

    private final TokenStream tokens;
    private Set<String> collected = new HashSet<>();

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Parses an expression, or several separated by commas, which form a tuple. */
    Expression parseTuple() {
        return tuple(this::parse);
    }

    /** Parses what a loop visits, which ends at {@code if} or {@code recursive}. */
    Expression parseIterable() {
        return tuple(this::parseOr);
    }

    private Expression tuple(Supplier<Expression> element) {
        Expression first = element.get();
        if (!tokens.atOperator(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            if (endsTuple()) {
                break;
            }
            elements.add(element.get());
        }
        return list(elements, true);
    }

    private boolean endsTuple() {
        return tokens.atOperator(")")
                || tokens.at(Kind.EXPRESSION_END)
                || tokens.at(Kind.TAG_END)
                || tokens.atName("recursive");
    }

    Expression parse() {
        tokens.enter();
        Expression value = parseOr();
        while (tokens.skipName("if")) {
            Expression then = value;
            Expression condition = parseOr();
            Expression otherwise = tokens.skipName("else") ? parse() : frame -> new Undefined("else");
            value = counted(f -> Values.truth(condition.eval(f)) ? then.eval(f) : otherwise.eval(f));
        }
        tokens.leave();
        return value;
    }

    private Expression parseOr() {
        Expression left = parseAnd();
        while (tokens.skipName("or")) {
            Expression a = left;
            Expression b = parseAnd();
            left = counted(f -> {
                Object value = a.eval(f);
                return Values.truth(value) ? value : b.eval(f);
            });
        }
        return left;
    }

    private Expression parseAnd() {
        Expression left = parseNot();
        while (tokens.skipName("and")) {
            Expression a = left;
            Expression b = parseNot();
            left = counted(f -> {
                Object value = a.eval(f);
                return Values.truth(value) ? b.eval(f) : value;
            });
        }
        return left;
    }

    private Expression parseNot() {
        if (!tokens.skipName("not")) {
            return parseComparison();
        }
        tokens.enter();
        Expression operand = parseNot();
        tokens.leave();
        return counted(f -> !Values.truth(operand.eval(f)));
    }

    /** {@code a < b < c} means {@code a < b and b < c}. */
    private Expression parseComparison() {
        Expression first = parseSum();
        List<String> operators = new ArrayList<>();
        List<Expression> operands = new ArrayList<>();
        while (true) {
            if (tokens.at(Kind.OPERATOR) && COMPARISONS.contains(tokens.peek().text())) {
                operators.add(tokens.next().text());
            } else if (tokens.skipName("in")) {
                operators.add("in");
            } else if (tokens.atName("not") && tokens.peekSecond().is(Kind.NAME, "in")) {
                tokens.next();
                tokens.next();
                operators.add("not in");
            } else {
                break;
            }
            operands.add(parseSum());
        }
        return operators.isEmpty() ? first : counted(f -> holds(first.eval(f), operators, operands, f));
    }

    private static boolean holds(Object first, List<String> operators, List<Expression> operands, Frame frame) {
        Object left = first;
        for (int i = 0; i < operators.size(); i++) {
            Object right = operands.get(i).eval(frame);
            if (!Comparison.holds(operators.get(i), left, right, frame.budget())) {
                return false;
            }
            left = right;
        }
        return true;
    }

    private Expression parseSum() {
        Expression left = parseConcatenation();
        while (tokens.atOperator("+") || tokens.atOperator("-")) {
            left = binary(tokens.next().text(), left, parseConcatenation());
        }
        return left;
    }

    private Expression parseConcatenation() {
        Expression first = parseProduct();
        if (!tokens.atOperator("~")) {
            return first;
        }
        List<Expression> parts = new ArrayList<>(List.of(first));
        while (tokens.skipOperator("~")) {
            parts.add(parseProduct());
        }
        return counted(f -> {
            BoundedText text = new BoundedText(f.budget());
            parts.forEach(part -> text.append(Representation.text(part.eval(f), f.budget())));
            return text.toString();
        });
    }

    private Expression parseProduct() {
        Expression left = parsePower();
        while (tokens.atOperator("*") || tokens.atOperator("/") || tokens.atOperator("//") || tokens.atOperator("%")) {
            left = binary(tokens.next().text(), left, parsePower());
        }
        return left;
    }

    private Expression parsePower() {
        Expression left = parseSigned(true);
        while (tokens.atOperator("**")) {
            left = binary(tokens.next().text(), left, parseSigned(true));
        }
        return left;
    }

    private Expression parseSigned(boolean withFilters) {
        if (tokens.atOperator("-") || tokens.atOperator("+")) {
            boolean minus = tokens.next().text().equals("-");
            tokens.enter();
            Expression operand = parseSigned(false);
            tokens.leave();
            Expression signed = counted(f -> Operators.signed(minus, operand.eval(f)));
            return withFilters ? parseFiltersAndTests(signed) : signed;
        }
        Expression value = parsePostfix(parsePrimary());
        return withFilters ? parseFiltersAndTests(value) : value;
    }

    private Expression parsePrimary() {
        Token token = tokens.next();
        return switch (token.kind()) {
            case STRING -> string(token);
            case INTEGER -> constant(integer(token));
            case FLOAT -> constant(Double.parseDouble(token.text().replace("_", "")));
            case NAME -> name(token.text());
            case OPERATOR -> bracketed(token);
            default -> throw new JinjaException("expected an expression but found " + token.described(), token.line());
        };
    }

    private Expression string(Token first) {
        StringBuilder text = new StringBuilder(first.text());
        while (tokens.at(Kind.STRING)) {
            text.append(tokens.next().text());
        }
        return constant(text.toString());
    }

    private static Long integer(Token token) {
        try {
            Long value = Numbers.integer(token.text(), 0);
            if (value != null) {
                return value;
            }
        } catch (JinjaException e) {
            throw new JinjaException(String.valueOf(e.getMessage()), token.line());
        }
        throw new JinjaException("\"" + token.text() + "\" is no number", token.line());
    }

    private Expression name(String name) {
        return switch (name) {
            case "true", "True" -> constant(true);
            case "false", "False" -> constant(false);
            case "none", "None" -> constant(None.NONE);
            default -> {
                if (Macro.COLLECTED.contains(name)) {
                    collected.add(name);
                }
                yield f -> f.get(name);
            }
        };
    }

    /**
     * Returns which of {@link Macro#COLLECTED} were read since the last call, and begins anew with others.
     */
    Set<String> collected(Set<String> others) {
        Set<String> before = collected;
        collected = new HashSet<>(others);
        return before;
    }

    private Expression bracketed(Token open) {
        switch (open.text()) {
            case "(" -> {
                if (tokens.skipOperator(")")) {
                    return list(List.of(), true);
                }
                Expression inner = parseTuple();
                tokens.expectOperator(")");
                return inner;
            }
            case "[" -> {
                return list(elements("]"), false);
            }
            case "{" -> {
                return dictionary();
            }
            default -> throw new JinjaException("expected an expression but found " + open.described(), open.line());
        }
    }

    private List<Expression> elements(String close) {
        List<Expression> elements = new ArrayList<>();
        while (!tokens.skipOperator(close)) {
            elements.add(parse());
            if (!tokens.atOperator(close)) {
                tokens.expectOperator(",");
            }
        }
        return elements;
    }

    private Expression dictionary() {
        List<Expression> keys = new ArrayList<>();
        List<Expression> values = new ArrayList<>();
        while (!tokens.skipOperator("}")) {
            keys.add(parse());
            tokens.expectOperator(":");
            values.add(parse());
            if (!tokens.atOperator("}")) {
                tokens.expectOperator(",");
            }
        }
        return counted(f -> {
            f.budget().spendOnElements(2L * keys.size());
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Keys.put(map, keys.get(i).eval(f), values.get(i).eval(f), f.budget());
            }
            return map;
        });
    }

    /** Parses the suffixes of a value: attributes, subscripts and calls. */
    private Expression parsePostfix(Expression start) {
        Expression value = start;
        while (true) {
            Expression base = value;
            if (tokens.skipOperator(".")) {
                Token name = tokens.next();
                if (name.kind() == Kind.INTEGER) {
                    long index = integer(name);
                    value = counted(f -> Access.item(base.eval(f), index, f.budget()));
                } else if (name.kind() == Kind.NAME) {
                    value = counted(f -> Access.attribute(base.eval(f), name.text()));
                } else {
                    throw new JinjaException("expected a name but found " + name.described(), name.line());
                }
            } else if (tokens.skipOperator("[")) {
                value = new SubscriptParser(this, tokens).parse(base);
            } else if (tokens.atOperator("(")) {
                int line = tokens.peek().line();
                ArgumentList arguments = ArgumentList.parse(this, tokens);
                value = new Call(base, arguments, line);
            } else {
                return value;
            }
        }
    }

    private Expression parseFiltersAndTests(Expression start) {
        Expression value = start;
        while (true) {
            if (tokens.skipOperator("|")) {
                value = parseFilter(value);
            } else if (tokens.skipName("is")) {
                value = parseTest(value);
            } else {
                return value;
            }
        }
    }

    /** Parses a filter with its arguments, after the sign {@code |}. */
    Expression parseFilter(Expression input) {
        int line = tokens.peek().line();
        String name = dottedName();
        ArgumentList arguments = tokens.atOperator("(") ? ArgumentList.parse(this, tokens) : ArgumentList.NONE;
        return counted(f -> {
            if (!Filters.has(name)) {
                throw new JinjaException("filter \"" + name + "\" is not supported", line);
            }
            return Filters.apply(name, input.eval(f), arguments.eval("filter " + name, f));
        });
    }

    private Expression parseTest(Expression input) {
        boolean negated = tokens.skipName("not");
        int line = tokens.peek().line();
        String name = dottedName();
        ArgumentList arguments = ArgumentList.NONE;
        if (tokens.atOperator("(")) {
            arguments = ArgumentList.parse(this, tokens);
        } else if (startsTestArgument()) {
            arguments = ArgumentList.of(parsePostfix(parsePrimary()));
        }
        ArgumentList evaluated = arguments;
        return counted(f -> {
            if (!Tests.has(name)) {
                throw new JinjaException("test \"" + name + "\" is not supported", line);
            }
            return negated != Tests.holds(name, input.eval(f), evaluated.eval("test " + name, f));
        });
    }

    private boolean startsTestArgument() {
        Token token = tokens.peek();
        return switch (token.kind()) {
            case NAME -> !NOT_A_TEST_ARGUMENT.contains(token.text());
            case STRING, INTEGER, FLOAT -> true;
            case OPERATOR -> token.text().equals("[") || token.text().equals("{");
            default -> false;
        };
    }

    private String dottedName() {
        StringBuilder name = new StringBuilder(tokens.expect(Kind.NAME, "a name"));
        while (tokens.skipOperator(".")) {
            name.append('.').append(tokens.expect(Kind.NAME, "a name"));
        }
        return name.toString();
    }

    private static Expression binary(String operator, Expression left, Expression right) {
        return counted(f -> Operators.binary(operator, left.eval(f), right.eval(f), f.budget()));
    }

    private static Expression list(List<Expression> elements, boolean isTuple) {
        return counted(f -> {
            f.budget().spendOnElements(elements.size());
            List<Object> values = new ArrayList<>();
            elements.forEach(element -> values.add(element.eval(f)));
            return isTuple ? Sequence.tuple(values) : values;
        });
    }

    private static Expression constant(Object value) {
        return f -> value;
    }

    /** An expression with others inside it, whose nesting is limited. */
    static Expression counted(Expression expression) {
        return f -> {
            f.budget().enter();
            Object value = expression.eval(f);
            f.budget().leave();
            return value;
        };
    }
}
