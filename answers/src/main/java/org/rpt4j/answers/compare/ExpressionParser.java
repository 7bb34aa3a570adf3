package org.rpt4j.answers.compare;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads a formula from the text of {@link LatexText}, by recursive descent over its characters:
 *
 * <pre>
 * sum     = term (('+' | '-') term)*
 * term    = factor (('*' | '/')? factor)*
 * factor  = ('+' | '-') factor | power
 * power   = postfix ('^' exponent)?
 * postfix = primary ('!' | '%' | '°')*
 * </pre>
 */
final class ExpressionParser {

    private static final int MOST_DEPTH = 40;
    private static final Pattern NUMBER = Pattern.compile("(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?");
    private static final Pattern REPEATED = Pattern.compile("\\\\(?:overline|dot) \\{?([0-9]+)\\}?");
    private static final Pattern MIXED = Pattern.compile("[ \u2006]+([0-9]+) */ *([0-9]+)(?![0-9.])");
    private static final Set<String> FUNCTIONS =
            Set.of("sin cos tan cot sec csc arcsin arccos arctan ln log lg exp".split(" "));
    private static final Map<String, String> INVERSE = Map.of("sin", "arcsin", "cos", "arccos", "tan", "arctan");
    private static final Set<String> LETTERS = Set.of(
            ("alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau"
                            + " upsilon phi varphi chi psi omega Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega ell")
                    .split(" "));

    private final String text;
    private int at;
    private int depth;
    private boolean insideBars;

    private ExpressionParser(String text) {
        this.text = text;
    }

    /**
     * Reads a formula that is all of a text.
     *
     * @throws UnreadableAnswer if it is none, or nested too deeply
     */
    static Expr parse(String text) {
        ExpressionParser parser = new ExpressionParser(text);
        Expr expr = parser.sum();
        if (parser.peek() != 0) {
            throw new UnreadableAnswer("not-math");
        }
        return expr;
    }

    private Expr sum() {
        if (++depth > MOST_DEPTH) {
            throw new UnreadableAnswer("too-deep");
        }
        List<Expr> terms = new ArrayList<>();
        terms.add(term());
        while (peek() == '+' || peek() == '-') {
            boolean minus = next() == '-';
            Expr term = term();
            terms.add(minus ? Expr.negated(term) : term);
        }
        depth--;
        return terms.size() == 1 ? terms.get(0) : new Expr.Sum(List.copyOf(terms));
    }

    private Expr term() {
        List<Expr> factors = new ArrayList<>();
        factors.add(factor());
        while (true) {
            char c = peek();
            if (c == '*') {
                next();
                factors.add(factor());
            } else if (c == '/') {
                next();
                factors.add(new Expr.Power(factor(), Expr.number(-1)));
            } else if (startsFactor(c)) {
                boolean digits = isDigit(c);
                Expr last = factors.get(factors.size() - 1);
                if (digits && (last instanceof Expr.Num || last instanceof Expr.Sym)) {
                    throw new UnreadableAnswer("not-math");
                }
                factors.add(power());
            } else {
                return factors.size() == 1 ? factors.get(0) : new Expr.Product(List.copyOf(factors));
            }
        }
    }

    private boolean startsFactor(char c) {
        return isDigit(c) || LatexText.isLetter(c) || c == '|' && !insideBars || c != 0 && "(.\\√π∞{".indexOf(c) >= 0;
    }

    private Expr factor() {
        if (++depth > MOST_DEPTH) {
            throw new UnreadableAnswer("too-deep");
        }
        char c = peek();
        Expr factor;
        if (c == '-' || c == '+') {
            next();
            Expr rest = factor();
            factor = c == '-' ? Expr.negated(rest) : rest;
        } else {
            factor = power();
        }
        depth--;
        return factor;
    }

    private Expr power() {
        Expr base = postfix();
        if (peek() != '^') {
            return base;
        }
        next();
        return new Expr.Power(base, exponent());
    }

    private Expr exponent() {
        if (++depth > MOST_DEPTH) {
            throw new UnreadableAnswer("too-deep");
        }
        boolean minus = peek() == '-';
        if (minus) {
            next();
        }
        Expr exponent = isDigit(peek()) ? number(false) : postfix();
        if (peek() == '^') {
            next();
            exponent = new Expr.Power(exponent, exponent());
        }
        depth--;
        return minus ? Expr.negated(exponent) : exponent;
    }

    private Expr postfix() {
        Expr value = primary();
        while (true) {
            switch (peek()) {
                case '!' -> value = new Expr.Call("factorial", List.of(value));
                case '%' -> value = Expr.quotient(value, Expr.number(100));
                case '°' ->
                    value = new Expr.Product(List.of(
                            value,
                            new Expr.Sym("π"),
                            new Expr.Num(Rational.of(180).inverse())));
                default -> {
                    return value;
                }
            }
            next();
        }
    }

    private Expr primary() {
        char c = peek();
        if (isDigit(c) || c == '.') {
            return number(true);
        }
        if (LatexText.isLetter(c)) {
            return letters();
        }
        return switch (c) {
            case '(' -> group('(', ')');
            case '[' -> group('[', ']');
            case '{' -> group('{', '}');
            case '|' -> bars();
            case 'π', '∞' -> new Expr.Sym(String.valueOf(next()));
            case '√' -> root();
            case '\\' -> command();
            default -> throw new UnreadableAnswer("not-math");
        };
    }

    private Expr group(char open, char close) {
        expect(open);
        boolean outer = insideBars;
        insideBars = false;
        Expr inner = sum();
        insideBars = outer;
        expect(close);
        return inner;
    }

    private Expr bars() {
        if (insideBars) {
            throw new UnreadableAnswer("not-math");
        }
        expect('|');
        insideBars = true;
        Expr inner = sum();
        insideBars = false;
        expect('|');
        return new Expr.Call("abs", List.of(inner));
    }

    /** A number, with a fraction behind it if it is a mixed number: a proper fraction behind a whole one. */
    private Expr number(boolean mixed) {
        peek();
        Matcher matcher = NUMBER.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw new UnreadableAnswer("not-math");
        }
        String digits = matcher.group();
        at = matcher.end();
        Rational value = decimal(digits.endsWith(".") ? digits + "0" : digits);
        boolean whole = digits.chars().allMatch(c -> isDigit((char) c));
        if (!whole) {
            return new Expr.Num(digits.contains("e") || digits.contains("E") ? value : repeated(value, digits));
        }
        return new Expr.Num(mixed ? value.plus(fractionBehind()) : value);
    }

    private static Rational decimal(String digits) {
        try {
            return Rational.of(new BigDecimal(digits));
        } catch (NumberFormatException e) {
            // The exponent of a decimal number has 32 bits.
            throw new UnreadableAnswer("too-large");
        }
    }

    /** The value with the digits that are repeated for ever, as in {@code 0.1\overline{6}}. */
    private Rational repeated(Rational value, String digits) {
        Matcher matcher = REPEATED.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            return value;
        }
        at = matcher.end();
        int before = digits.length() - digits.indexOf('.') - 1;
        String period = matcher.group(1);
        BigInteger nines = BigInteger.TEN.pow(period.length()).subtract(BigInteger.ONE);
        return value.plus(new Rational(new BigInteger(period), nines.multiply(BigInteger.TEN.pow(before))));
    }

    private Rational fractionBehind() {
        Matcher matcher = MIXED.matcher(text).region(at, text.length());
        Optional<Rational> fraction = Optional.empty();
        int behind = at;
        if (matcher.lookingAt()) {
            fraction = proper(matcher.group(1), matcher.group(2));
            behind = matcher.end();
        } else {
            int start = at;
            if (peek() == '\\' && text.startsWith("\\frac ", at)) {
                at += "\\frac ".length();
                Expr numerator = argument();
                Expr denominator = argument();
                if (numerator instanceof Expr.Num upper && denominator instanceof Expr.Num lower) {
                    fraction = proper(
                            upper.value().numerator().toString(),
                            lower.value().numerator().toString());
                    fraction = upper.value().isWhole() && lower.value().isWhole() ? fraction : Optional.empty();
                }
                behind = at;
            }
            at = start;
        }
        if (fraction.isPresent()) {
            at = behind;
        }
        return fraction.orElse(Rational.ZERO);
    }

    private static Optional<Rational> proper(String numerator, String denominator) {
        BigInteger upper = new BigInteger(numerator);
        BigInteger lower = new BigInteger(denominator);
        return upper.signum() > 0 && upper.compareTo(lower) < 0
                ? Optional.of(new Rational(upper, lower))
                : Optional.empty();
    }

    /** A variable, a constant, or a function that is written without a backslash. */
    private Expr letters() {
        int end = at;
        while (end < text.length() && LatexText.isLetter(text.charAt(end))) {
            end++;
        }
        String run = text.substring(at, end);
        for (String name : FUNCTIONS) {
            if (run.startsWith(name) && run.length() <= name.length() + 1) {
                at += name.length();
                return function(name);
            }
        }
        switch (run) {
            case "sqrt" -> {
                at = end;
                return new Expr.Power(radicand(), new Expr.Num(Rational.of(2).inverse()));
            }
            case "abs" -> {
                at = end;
                return new Expr.Call("abs", List.of(group('(', ')')));
            }
            case "pi", "Pi", "PI" -> {
                at = end;
                return new Expr.Sym("π");
            }
            case "inf", "infinity", "Infinity", "oo" -> {
                at = end;
                return new Expr.Sym("∞");
            }
            default -> {
                if (run.length() > 3) {
                    throw new UnreadableAnswer("not-math");
                }
                at++;
                return new Expr.Sym(subscripted(run.substring(0, 1)));
            }
        }
    }

    private String subscripted(String name) {
        if (peek() != '_') {
            return name;
        }
        next();
        StringBuilder subscript = new StringBuilder();
        if (peek() == '{') {
            int close = text.indexOf('}', at);
            if (close < 0) {
                throw new UnreadableAnswer("unbalanced-brackets");
            }
            subscript.append(text, at + 1, close);
            at = close + 1;
        } else if (isDigit(peek())) {
            while (isDigit(charAt())) {
                subscript.append(text.charAt(at++));
            }
        } else if (peek() != 0) {
            subscript.append(next());
        }
        return name + "_" + subscript.toString().strip();
    }

    private Expr root() {
        expect('√');
        Expr degree = Expr.number(2);
        if (peek() == '[') {
            degree = group('[', ']');
        }
        return new Expr.Power(radicand(), new Expr.Power(degree, Expr.number(-1)));
    }

    private Expr command() {
        int end = at + 1;
        while (end < text.length() && LatexText.isLetter(text.charAt(end))) {
            end++;
        }
        String name = text.substring(at + 1, end);
        at = end;
        if (name.equals("frac")) {
            Expr numerator = argument();
            return Expr.quotient(numerator, argument());
        }
        if (name.equals("binom")) {
            Expr from = argument();
            return new Expr.Call("binomial", List.of(from, argument()));
        }
        if (FUNCTIONS.contains(name)) {
            return function(name);
        }
        if (LETTERS.contains(name)) {
            return new Expr.Sym(subscripted(name));
        }
        throw new UnreadableAnswer("not-understood");
    }

    /** What a fraction takes: a group, or one digit, letter or command, so that {@code \frac12} is one half. */
    private Expr argument() {
        return isDigit(peek()) ? Expr.number(next() - '0') : one();
    }

    /** What a root takes: a group, or a whole number, a letter or a command. */
    private Expr radicand() {
        return isDigit(peek()) ? number(false) : one();
    }

    private Expr one() {
        if (++depth > MOST_DEPTH) {
            throw new UnreadableAnswer("too-deep");
        }
        Expr argument = primary();
        depth--;
        return argument;
    }

    private Expr function(String name) {
        Optional<Expr> power = Optional.empty();
        Expr base = Expr.number(10);
        if (peek() == '_' && name.equals("log")) {
            next();
            base = isDigit(peek()) ? number(false) : primary();
        }
        if (peek() == '^') {
            next();
            power = Optional.of(exponent());
        }
        boolean inverse = power.filter(Expr.number(-1)::equals).isPresent();
        Expr argument = peek() == '(' ? group('(', ')') : bareArgument();
        String called = inverse && INVERSE.containsKey(name) ? INVERSE.get(name) : name;
        Expr call = switch (called) {
            case "log", "lg" -> new Expr.Call("log", List.of(argument, base));
            case "exp" -> new Expr.Power(new Expr.Sym("e"), argument);
            default -> new Expr.Call(called, List.of(argument));
        };
        return power.isPresent() && called.equals(name) ? new Expr.Power(call, power.get()) : call;
    }

    /** The argument of a function without brackets, as in {@code sin 2x}: the factors up to an operator. */
    private Expr bareArgument() {
        if (++depth > MOST_DEPTH) {
            throw new UnreadableAnswer("too-deep");
        }
        List<Expr> factors = new ArrayList<>();
        factors.add(peek() == '-' ? factor() : power());
        while (startsFactor(peek()) && !startsFunction() && peek() != '(' && !isDigit(peek())) {
            factors.add(power());
        }
        depth--;
        return factors.size() == 1 ? factors.get(0) : new Expr.Product(List.copyOf(factors));
    }

    private boolean startsFunction() {
        int start = peek() == '\\' ? at + 1 : at;
        return FUNCTIONS.stream().anyMatch(name -> text.startsWith(name, start));
    }

    private void expect(char c) {
        if (peek() != c) {
            throw new UnreadableAnswer("unbalanced-brackets");
        }
        at++;
    }

    /** The next character that is no space; 0 at the end. */
    private char peek() {
        while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\u2006')) {
            at++;
        }
        return charAt();
    }

    private char charAt() {
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char next() {
        char c = peek();
        at++;
        return c;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
