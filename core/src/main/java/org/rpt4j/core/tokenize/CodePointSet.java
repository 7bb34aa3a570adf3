package org.rpt4j.core.tokenize;

import java.util.Arrays;

/** A set of Unicode code points; immutable. */
final class CodePointSet {

    static final CodePointSet NONE = new CodePointSet(new int[0]);
    static final CodePointSet ALL = new CodePointSet(new int[] {0, Character.MAX_CODE_POINT + 1});

    private static final int BMP = 0x10000;

    // Ascending: elements from an even index on, none from an odd one on.
    private final int[] edges;
    private final long[] low = new long[BMP / Long.SIZE];

    private CodePointSet(int[] edges) {
        this.edges = edges;
        for (int i = 0; i < edges.length; i += 2) {
            for (int c = edges[i]; c < Math.min(edges[i + 1], BMP); c++) {
                low[c >> 6] |= 1L << c;
            }
        }
    }

    static CodePointSet of(int codePoint) {
        return range(codePoint, codePoint);
    }

    /** Both bounds are elements. */
    static CodePointSet range(int first, int last) {
        return new CodePointSet(new int[] {first, last + 1});
    }

    /** Ascending bounds of disjoint ranges; the first of each is an element, the second is not. */
    static CodePointSet ofEdges(int[] edges) {
        return new CodePointSet(edges);
    }

    boolean contains(int codePoint) {
        if (codePoint < BMP) {
            return (low[codePoint >> 6] >>> codePoint & 1) != 0;
        }
        int found = Arrays.binarySearch(edges, codePoint);
        return (found >= 0 ? found : -found - 2) % 2 == 0;
    }

    boolean isEmpty() {
        return edges.length == 0;
    }

    CodePointSet union(CodePointSet other) {
        return combine(other, (a, b) -> a || b);
    }

    CodePointSet intersection(CodePointSet other) {
        return combine(other, (a, b) -> a && b);
    }

    CodePointSet complement() {
        return combine(ALL, (a, b) -> b && !a);
    }

    private interface Rule {
        boolean keeps(boolean here, boolean there);
    }

    private CodePointSet combine(CodePointSet other, Rule rule) {
        int[] result = new int[edges.length + other.edges.length];
        int count = 0;
        int i = 0;
        int j = 0;
        while (i < edges.length || j < other.edges.length) {
            int edge = Math.min(
                    i < edges.length ? edges[i] : Integer.MAX_VALUE,
                    j < other.edges.length ? other.edges[j] : Integer.MAX_VALUE);
            i += i < edges.length && edges[i] == edge ? 1 : 0;
            j += j < other.edges.length && other.edges[j] == edge ? 1 : 0;
            if (rule.keeps(i % 2 == 1, j % 2 == 1) == (count % 2 == 0)) {
                result[count++] = edge;
            }
        }
        return new CodePointSet(Arrays.copyOf(result, count));
    }
}
