package org.rpt4j.chat.template;

import java.util.AbstractList;
import java.util.List;

/** A sequence that is no list: Python prints, compares, and indexes it differently. Immutable. */
final class Sequence extends AbstractList<Object> {

    enum Kind {
        TUPLE,
        RANGE,
        /** What the methods of a dictionary return; it has no positions. */
        VIEW
    }

    private final Kind kind;
    private final String name;
    private final List<Object> elements;

    private Sequence(Kind kind, String name, List<Object> elements) {
        this.kind = kind;
        this.name = name;
        this.elements = elements;
    }

    static Sequence tuple(Object... elements) {
        return tuple(List.of(elements));
    }

    static Sequence tuple(List<Object> elements) {
        return new Sequence(Kind.TUPLE, "", elements);
    }

    /**
     * @param name how it is printed
     */
    static Sequence range(String name, List<Object> elements) {
        return new Sequence(Kind.RANGE, name, elements);
    }

    /**
     * @param name name of its type, such as {@code dict_keys}
     */
    static Sequence view(String name, List<Object> elements) {
        return new Sequence(Kind.VIEW, name, elements);
    }

    /** Whether two lists or sequences are of one type, so that they can be equal, compared, and concatenated. */
    static boolean sameType(List<?> a, List<?> b) {
        return a instanceof Sequence x
                ? b instanceof Sequence y && x.kind == y.kind && (x.kind != Kind.VIEW || x.name.equals(y.name))
                : !(b instanceof Sequence);
    }

    /** Whether a value has positions, so that it can be indexed and sliced. */
    static boolean hasPositions(Object value) {
        return value instanceof List && !(value instanceof Sequence sequence && sequence.kind == Kind.VIEW);
    }

    static boolean isTuple(Object value) {
        return value instanceof Sequence sequence && sequence.kind == Kind.TUPLE;
    }

    /** Whether JSON has an equivalent of this value. */
    static boolean isArray(Object value) {
        return value instanceof List && (!(value instanceof Sequence) || isTuple(value));
    }

    /** Returns a list or tuple of other elements, as the original is one. */
    static List<Object> like(List<?> original, List<Object> elements) {
        return isTuple(original) ? tuple(elements) : elements;
    }

    Kind kind() {
        return kind;
    }

    String name() {
        return name;
    }

    @Override
    public Object get(int index) {
        return elements.get(index);
    }

    @Override
    public int size() {
        return elements.size();
    }
}
