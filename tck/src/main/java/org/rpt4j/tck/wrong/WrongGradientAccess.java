package org.rpt4j.tck.wrong;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.rpt4j.api.GradientAccess;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules T42 to T47. */
final class WrongGradientAccess {

    private WrongGradientAccess() {}

    static List<WrongTwin> all() {
        return List.of(
                of("T42", "reads a mean and not a sum", Halving::new),
                of("T43", "replaces what is there by what is added", Replacing::new),
                of("T44", "keeps gradients that were dropped", Clinging::new),
                of("T45", "reads zeros and adds nothing outside of the range", Lenient::new),
                of("T46", "leaves out what is not finite", Dropping::new),
                WrongTwin.ofPolicy("T47", "reads the gradients of the whole model", WholeModel::new));
    }

    private static WrongTwin of(String rule, String mistake, UnaryOperator<GradientAccess> change) {
        return WrongTwin.ofPolicy(rule, mistake, (policy, source) -> new ForwardingPolicy(policy) {
            @Override
            public GradientAccess gradients() {
                return change.apply(super.gradients());
            }
        });
    }

    private static class Forwarding implements GradientAccess {
        final GradientAccess delegate;

        Forwarding(GradientAccess delegate) {
            this.delegate = delegate;
        }

        @Override
        public long size() {
            return delegate.size();
        }

        @Override
        public void read(long from, FloatBuffer into) {
            delegate.read(from, into);
        }

        @Override
        public void add(long from, FloatBuffer values) {
            delegate.add(from, values);
        }

        @Override
        public void clear() {
            delegate.clear();
        }
    }

    private static final class Halving extends Forwarding {
        Halving(GradientAccess delegate) {
            super(delegate);
        }

        @Override
        public void read(long from, FloatBuffer into) {
            int first = into.position();
            super.read(from, into);
            for (int i = first; i < into.limit(); i++) {
                into.put(i, into.get(i) / 2);
            }
        }
    }

    private static final class Replacing extends Forwarding {
        Replacing(GradientAccess delegate) {
            super(delegate);
        }

        @Override
        public void add(long from, FloatBuffer values) {
            FloatBuffer present = FloatBuffer.allocate(values.remaining());
            super.read(from, present);
            for (int i = 0; i < present.capacity(); i++) {
                present.put(i, -present.get(i));
            }
            super.add(from, present.flip());
            super.add(from, values);
        }
    }

    private static final class Clinging extends Forwarding {
        Clinging(GradientAccess delegate) {
            super(delegate);
        }

        @Override
        public void clear() {
            delegate.size();
        }
    }

    private static final class Lenient extends Forwarding {
        Lenient(GradientAccess delegate) {
            super(delegate);
        }

        private boolean isInside(long from, FloatBuffer buffer) {
            return from >= 0 && from <= size() - buffer.remaining();
        }

        @Override
        public void read(long from, FloatBuffer into) {
            if (isInside(from, into)) {
                super.read(from, into);
            }
        }

        @Override
        public void add(long from, FloatBuffer values) {
            if (isInside(from, values)) {
                super.add(from, values);
            }
        }
    }

    private static final class Dropping extends Forwarding {
        Dropping(GradientAccess delegate) {
            super(delegate);
        }

        @Override
        public void add(long from, FloatBuffer values) {
            FloatBuffer finite = FloatBuffer.allocate(values.remaining());
            while (values.hasRemaining()) {
                float value = values.get();
                finite.put(Float.isFinite(value) ? value : 0);
            }
            super.add(from, finite.flip());
        }
    }

    private static final class WholeModel extends ForwardingPolicy {
        private final long all;

        WholeModel(ReferencePolicy policy) {
            super(policy);
            this.all = policy.description().parameterCount();
        }

        @Override
        public GradientAccess gradients() {
            return new Forwarding(super.gradients()) {
                @Override
                public long size() {
                    return all;
                }

                @Override
                public void read(long from, FloatBuffer into) {
                    int inside = (int) Math.max(0, Math.min(into.remaining(), delegate.size() - from));
                    int end = into.limit();
                    into.limit(into.position() + inside);
                    super.read(Math.min(from, delegate.size()), into);
                    into.limit(end).position(end);
                }
            };
        }
    }
}
