package org.rpt4j.cli;

import java.io.PrintWriter;
import java.io.Writer;
import org.rpt4j.api.error.Printable;

/** Shows what a terminal would obey as escapes, whoever writes it; lines and tabs stay. */
final class PrintableWriter extends PrintWriter {

    private final PrintWriter exact;

    private PrintableWriter(PrintWriter exact) {
        super(new Escaping(exact), true);
        this.exact = exact;
    }

    /** The same writer if it is one already. */
    static PrintableWriter around(PrintWriter writer) {
        return writer instanceof PrintableWriter printable ? printable : new PrintableWriter(writer);
    }

    /** Where text goes as it is. */
    PrintWriter exact() {
        return exact;
    }

    private static final class Escaping extends Writer {

        private final PrintWriter out;
        /** A carriage return that is ordinary if a line feed follows. */
        private boolean returned;

        Escaping(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void write(char[] buffer, int offset, int length) {
            for (int i = offset; i < offset + length; i++) {
                char c = buffer[i];
                if (returned) {
                    returned = false;
                    out.write(c == '\n' ? "\r" : Printable.escape('\r'));
                }
                if (c == '\r') {
                    returned = true;
                } else if (Printable.isObeyed(c) && c != '\n' && c != '\t') {
                    out.write(Printable.escape(c));
                } else {
                    out.write(c);
                }
            }
        }

        @Override
        public void flush() {
            out.flush();
        }

        @Override
        public void close() {
            if (returned) {
                out.write(Printable.escape('\r'));
                returned = false;
            }
            out.close();
        }
    }
}
