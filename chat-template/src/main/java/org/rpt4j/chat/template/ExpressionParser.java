package org.rpt4j.chat.template;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.rpt4j.chat.template.Token.Kind;

/** Parses expressions, loosest binding first: choice, or, and, not, comparison, +-, ~, products, powers, signs. */
final class ExpressionParser {

    private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", "<=", ">", ">=");
    private static final Set<String> NOT_A_TEST_ARGUMENT = Set.of("else", "or", "and", "is", "if", "in", "not");

    private final TokenStream tokens;

    ExpressionParser(TokenStream tokens) {
        this.tokens = tokens;
    }

    /** Parses an expression, or several separated by commas, which form a list. */
    Expression parseTuple() {
        Expression first = parse();
        if (!tokens.atOperator(",")) {
            return first;
        }
        List<Expression> elements = new ArrayList<>(List.of(first));
        while (tokens.skipOperator(",")) {
            if (endsTuple()) {
                break;
            }
            elements.add(parse());
        }
        return list(elements);
    }

    private boolean endsTuple() {
        return tokens.atOperator(")") || tokens.at(Kind.EXPRESSION_END) || tokens.at(Kind.TAG_END);
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

    /** Parses an expression other than a choice: the part between {@code in} and {@code if} of a loop. */
    Expression parseOr() {
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
            boolean holds = switch (operators.get(i)) {
                case "==" -> Values.equal(left, right, frame.budget());
                case "!=" -> !Values.equal(left, right, frame.budget());
                case "in" -> Values.contains(right, left, frame.budget());
                case "not in" -> !Values.contains(right, left, frame.budget());
                case "<" -> Values.compare(left, right) < 0;
                case "<=" -> Values.compare(left, right) <= 0;
                case ">" -> Values.compare(left, right) > 0;
                default -> Values.compare(left, right) >= 0;
            };
            if (!holds) {
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
        Expression left = parseProduct();
        while (tokens.skipOperator("~")) {
            Expression a = left;
            Expression b = parseProduct();
            left = counted(f -> Operators.concatenated(Values.text(a.eval(f)), Values.text(b.eval(f)), f.budget()));
        }
        return left;
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
            Expression signed = minus ? counted(f -> Operators.negated(operand.eval(f))) : operand;
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
            case FLOAT -> constant(Double.parseDouble(token.text()));
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
            return Long.valueOf(token.text());
        } catch (NumberFormatException e) {
            throw new JinjaException("the number " + token.text() + " is too large", token.line());
        }
    }

    private static Expression name(String name) {
        return switch (name) {
            case "true", "True" -> constant(true);
            case "false", "False" -> constant(false);
            case "none", "None" -> constant(None.NONE);
            default -> counted(f -> f.get(name));
        };
    }

    private Expression bracketed(Token open) {
        switch (open.text()) {
            case "(" -> {
                if (tokens.skipOperator(")")) {
                    return list(List.of());
                }
                Expression inner = parseTuple();
                tokens.expectOperator(")");
                return inner;
            }
            case "[" -> {
                return list(elements("]"));
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
            Map<Object, Object> map = new LinkedHashMap<>();
            for (int i = 0; i < keys.size(); i++) {
                Object key = keys.get(i).eval(f);
                if (key instanceof List || key instanceof Map) {
                    throw new JinjaException(Values.type(key) + " cannot be the key of a dictionary");
                }
                map.put(key, values.get(i).eval(f));
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
                value = counted(f -> Access.call(base.eval(f), arguments, f, line));
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
        return counted(f -> Filters.apply(name, input.eval(f), arguments.eval("filter " + name, f), line));
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
        return counted(f -> negated != Tests.holds(name, input.eval(f), evaluated.eval("test " + name, f), line));
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

    private static Expression list(List<Expression> elements) {
        return counted(f -> {
            List<Object> values = new ArrayList<>();
            elements.forEach(element -> values.add(element.eval(f)));
            return values;
        });
    }

    private static Expression constant(Object value) {
        return counted(f -> value);
    }

    static Expression counted(Expression expression) {
        return f -> {
            f.budget().spend(1);
            return expression.eval(f);
        };
    }
}
