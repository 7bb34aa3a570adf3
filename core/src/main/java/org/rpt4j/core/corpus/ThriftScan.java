package org.rpt4j.core.corpus;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Passes over a structure in Thrift's compact protocol with a limit on its depth, and keeps nothing.
 *
 * @see <a href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md">the protocol</a>
 */
final class ThriftScan {

    private static final int TRUE = 1;
    private static final int FALSE = 2;
    private static final int BYTE = 3;
    private static final int I16 = 4;
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int DOUBLE = 7;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int SET = 10;
    private static final int MAP = 11;
    private static final int STRUCT = 12;
    private static final int UUID = 13;

    /** Sees the whole numbers of 32 bits. */
    @FunctionalInterface
    interface Numbers {
        /** @param path ids of the fields from the outermost structure to the number; a list adds none */
        void found(List<Integer> path, long number);
    }

    private final ByteBuffer bytes;
    private final int maxDepth;
    private final Numbers numbers;
    private final List<Integer> path = new ArrayList<>();
    private int depth;

    ThriftScan(ByteBuffer bytes, int maxDepth, Numbers numbers) {
        this.bytes = bytes;
        this.maxDepth = maxDepth;
        this.numbers = numbers;
    }

    /**
     * Passes over the structure at the position of the bytes.
     *
     * @throws IOException if it is too deep, cut off or malformed
     */
    void struct() throws IOException {
        try {
            value(STRUCT);
        } catch (BufferUnderflowException e) {
            throw new IOException("the structure is cut off", e);
        }
    }

    private void value(int type) throws IOException {
        switch (type) {
            case TRUE, FALSE, BYTE -> skip(1);
            case I32 -> {
                long zigzag = unsigned();
                numbers.found(path, zigzag >>> 1 ^ -(zigzag & 1));
            }
            case I16, I64 -> unsigned();
            case DOUBLE -> skip(Double.BYTES);
            case BINARY -> skip(varint());
            case UUID -> skip(2 * Long.BYTES);
            case LIST, SET -> nested(this::elements);
            case MAP -> nested(this::entries);
            case STRUCT -> nested(this::fields);
            default -> throw new IOException("type " + type + " is unknown");
        }
    }

    /** A part of the structure. */
    private interface Part {
        void pass() throws IOException;
    }

    private void nested(Part part) throws IOException {
        if (++depth > maxDepth) {
            throw new IOException("structures are nested more than " + maxDepth + " deep");
        }
        part.pass();
        depth--;
    }

    private void fields() throws IOException {
        int id = 0;
        for (int header = bytes.get() & 0xff; header != 0; header = bytes.get() & 0xff) {
            int delta = header >>> 4;
            int type = header & 0x0f;
            if (delta == 0) {
                long zigzag = unsigned();
                id = (int) (zigzag >>> 1 ^ -(zigzag & 1));
            } else {
                id += delta;
            }
            if (type != TRUE && type != FALSE) { // the value of a field that is a flag is its type
                path.add(id);
                value(type);
                path.remove(path.size() - 1);
            }
        }
    }

    private void elements() throws IOException {
        int header = bytes.get() & 0xff;
        long size = header >>> 4 == 15 ? varint() : header >>> 4;
        for (long i = 0; i < size; i++) {
            value(header & 0x0f);
        }
    }

    private void entries() throws IOException {
        long size = varint();
        int types = size == 0 ? 0 : bytes.get() & 0xff;
        for (long i = 0; i < size; i++) {
            value(types >>> 4);
            value(types & 0x0f);
        }
    }

    /** A length. */
    private long varint() throws IOException {
        long value = unsigned();
        if (value < 0) {
            throw new IOException("a length is above 2^63");
        }
        return value;
    }

    private long unsigned() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = bytes.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("a number has more than ten bytes");
    }

    private void skip(long count) {
        if (count > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        bytes.position(bytes.position() + (int) count);
    }
}
