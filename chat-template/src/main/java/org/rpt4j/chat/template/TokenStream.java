package org.rpt4j.chat.template;

import java.util.List;
import org.rpt4j.chat.template.Token.Kind;

/** A cursor over tokens. */
final class TokenStream {

    private static final int MAX_NESTING = 200;

    private final List<Token> tokens;
    private int position;
    private int nesting;

    TokenStream(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(position);
    }

    Token peekSecond() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    Token next() {
        JinjaInterruptedException.check();
        Token token = peek();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean atOperator(String operator) {
        return peek().is(Kind.OPERATOR, operator);
    }

    boolean atName(String name) {
        return peek().is(Kind.NAME, name);
    }

    boolean at(Kind kind) {
        return peek().kind() == kind;
    }

    boolean skipOperator(String operator) {
        boolean found = atOperator(operator);
        position += found ? 1 : 0;
        return found;
    }

    boolean skipName(String name) {
        boolean found = atName(name);
        position += found ? 1 : 0;
        return found;
    }

    void expectOperator(String operator) {
        if (!skipOperator(operator)) {
            throw unexpected("\"" + operator + "\"");
        }
    }

    void expectName(String name) {
        if (!skipName(name)) {
            throw unexpected("\"" + name + "\"");
        }
    }

    String expect(Kind kind, String what) {
        if (!at(kind)) {
            throw unexpected(what);
        }
        return next().text();
    }

    JinjaException unexpected(String wanted) {
        return new JinjaException("expected " + wanted + " but found " + peek().described(), peek().line());
    }

    /** Counts a level of nesting, so that no template can overflow the stack during parsing. */
    void enter() {
        if (++nesting > MAX_NESTING) {
            throw new JinjaException("nested more than " + MAX_NESTING + " levels deep", peek().line());
        }
    }

    void leave() {
        nesting--;
    }
}
