package org.rpt4j.tck.wrong;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.DecodingSession;
import org.rpt4j.api.ModelDescription;
import org.rpt4j.tck.reference.ReferencePolicy;

/** Breaks the rules P39 to P47, T40 and T41. */
final class WrongSessions {

    private WrongSessions() {}

    static List<WrongTwin> all() {
        return List.of(
                ofSession("P39", "gives the logits of the token before", OneBehind::new),
                ofSession("P40", "keeps the keys of tokens that were cut off", Unforgetting::new),
                ofSession("P40", "cuts off one token too many", Overcutting::new),
                WrongTwin.ofPolicy("P41", "opens one session for all callers", OneForAll::new),
                WrongTwin.ofPolicy("P42", "forgets the oldest tokens beyond the window", Sliding::new),
                WrongTwin.ofPolicy("P43", "wraps ids into the vocabulary", Wrapping::new),
                ofSession("P44", "ignores interruptions", Deaf::new),
                WrongTwin.ofPolicy("P45", "lets sessions outlive their policy", Outliving::new),
                WrongTwin.ofPolicy("P46", "keeps the tokens of a call in a field", SharedField::new),
                ofSession("P47", "writes 0 for the logits that are not finite", Zeros::new),
                WrongTwin.ofPolicy("T40", "goes on with the new weights in secret", Stale::new),
                WrongTwin.ofPolicy("T41", "decodes without the adapter", Bare::new));
    }

    private static WrongTwin ofSession(String rule, String mistake, UnaryOperator<DecodingSession> change) {
        return WrongTwin.ofPolicy(rule, mistake, policy -> new ForwardingPolicy(policy) {
            @Override
            public DecodingSession openSession() {
                return change.apply(super.openSession());
            }
        });
    }

    private static final class OneBehind extends ForwardingSession {
        private float @Nullable [] last;

        OneBehind(DecodingSession delegate) {
            super(delegate);
        }

        @Override
        public void append(int... tokens) {
            if (length() > 0) {
                last = super.logits();
            }
            super.append(tokens);
        }

        @Override
        public float[] logits() {
            return last == null ? super.logits() : last;
        }
    }

    /** Tokens behind the cut stay before those that come next. */
    private static final class Unforgetting extends ForwardingSession {
        private int length;

        Unforgetting(DecodingSession delegate) {
            super(delegate);
        }

        @Override
        public int length() {
            return length;
        }

        @Override
        public void append(int... tokens) {
            length += tokens.length;
            super.append(tokens);
        }

        @Override
        public void truncate(int kept) {
            length = kept;
        }
    }

    private static final class Overcutting extends ForwardingSession {
        private int missing;

        Overcutting(DecodingSession delegate) {
            super(delegate);
        }

        @Override
        public int length() {
            return super.length() + missing;
        }

        @Override
        public void truncate(int length) {
            if (length > 1 && length < length()) {
                missing++;
                super.truncate(length - missing);
            } else {
                super.truncate(Math.max(0, length - missing));
            }
        }
    }

    private static final class OneForAll extends ForwardingPolicy {
        private @Nullable DecodingSession only;

        OneForAll(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public DecodingSession openSession() {
            if (only == null) {
                only = super.openSession();
            }
            return only;
        }
    }

    private static final class Sliding extends ForwardingPolicy {
        Sliding(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public DecodingSession openSession() {
            int window = description().contextLength();
            return new ForwardingSession(super.openSession()) {
                @Override
                public void append(int... tokens) {
                    if (length() + tokens.length > window) {
                        truncate(window - tokens.length);
                    }
                    super.append(tokens);
                }
            };
        }
    }

    private static final class Wrapping extends ForwardingPolicy {
        Wrapping(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public DecodingSession openSession() {
            ModelDescription model = description();
            return new ForwardingSession(super.openSession()) {
                @Override
                public void append(int... tokens) {
                    super.append(Mistakes.wrapped(tokens, model));
                }
            };
        }
    }

    private static final class Deaf extends ForwardingSession {
        Deaf(DecodingSession delegate) {
            super(delegate);
        }

        @Override
        public void append(int... tokens) {
            Mistakes.deaf(() -> {
                super.append(tokens);
                return true;
            });
        }

        @Override
        public float[] logits() {
            return Mistakes.deaf(super::logits);
        }
    }

    private static final class Outliving extends ForwardingPolicy {
        Outliving(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public void close() {
            // The sessions would end with it.
        }
    }

    private static final class SharedField extends ForwardingPolicy {
        private volatile int[] tokens = {};

        SharedField(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public DecodingSession openSession() {
            return new ForwardingSession(super.openSession()) {
                @Override
                public void append(int... given) {
                    tokens = given;
                    Mistakes.dawdle(() -> tokens != given, Duration.ofMillis(5));
                    super.append(tokens);
                }
            };
        }
    }

    private static final class Zeros extends ForwardingSession {
        Zeros(DecodingSession delegate) {
            super(delegate);
        }

        @Override
        public float[] logits() {
            float[] logits = super.logits();
            for (int id = 0; id < logits.length; id++) {
                logits[id] = Float.isInfinite(logits[id]) ? 0 : logits[id];
            }
            return logits;
        }
    }

    /** Reads the text again with the new weights, and does not say so. */
    private static final class Stale extends ForwardingPolicy {
        Stale(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public DecodingSession openSession() {
            DecodingSession first = super.openSession();
            return new DecodingSession() {
                private DecodingSession current = first;
                private int[] tokens = {};

                @Override
                public int length() {
                    return tokens.length;
                }

                @Override
                public void append(int... more) {
                    int length = tokens.length;
                    tokens = Arrays.copyOf(tokens, length + more.length);
                    System.arraycopy(more, 0, tokens, length, more.length);
                    try {
                        current.append(more);
                    } catch (IllegalStateException e) {
                        current = Stale.super.openSession();
                        current.append(tokens);
                    }
                }

                @Override
                public float[] logits() {
                    return current.logits();
                }

                @Override
                public void truncate(int length) {
                    tokens = Arrays.copyOf(tokens, length);
                    current.truncate(length);
                }

                @Override
                public void close() {
                    current.close();
                }
            };
        }
    }

    private static final class Bare extends ForwardingPolicy {
        Bare(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public DecodingSession openSession() {
            return super.withoutAdapter().openSession();
        }
    }
}
