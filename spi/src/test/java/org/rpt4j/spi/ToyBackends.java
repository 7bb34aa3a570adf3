package org.rpt4j.spi;

import java.util.Set;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;

/** Providers that ServiceLoader can instantiate, good and bad. */
final class ToyBackends {

    private ToyBackends() {}

    /** An opened backend that does nothing and keeps the options that it was opened with. */
    record Opened(String name, BackendOptions options) implements Backend {
        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.SCORE, Capability.GENERATE);
        }

        @Override
        public void close() {}
    }

    /** A provider in working order; the others differ from it in one point. */
    public static class Good implements BackendProvider {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public int apiVersion() {
            return API_VERSION;
        }

        @Override
        public Availability availability() {
            return new Availability.Available("anywhere");
        }

        @Override
        public Set<Capability> capabilities() {
            return Set.of(Capability.SCORE, Capability.GENERATE);
        }

        @Override
        public Backend create(BackendContext context) {
            return new Opened(name(), context.options());
        }
    }

    public static final class Twin extends Good {}

    public static final class Other extends Good {
        @Override
        public String name() {
            return "another-1.0";
        }
    }

    public static final class Outdated extends Good {
        @Override
        public String name() {
            return "outdated";
        }

        @Override
        public int apiVersion() {
            return API_VERSION + 1;
        }
    }

    public static final class Unavailable extends Good {
        static final Throwable CAUSE = new UnsatisfiedLinkError("libtoy.so: cannot open");

        @Override
        public String name() {
            return "unavailable";
        }

        @Override
        public Availability availability() {
            return new Availability.Unavailable("libtoy is not installed. Install it.", CAUSE);
        }
    }

    public static final class Unsure extends Good {
        @Override
        public String name() {
            return "unsure";
        }

        @Override
        public Availability availability() {
            throw new NoClassDefFoundError("toy/Engine");
        }
    }

    public static final class Exploding extends Good {
        public Exploding() {
            throw new IllegalStateException("no engine today");
        }
    }

    public static final class Misnamed extends Good {
        @Override
        public String name() {
            return "Toy Backend";
        }
    }

    public static final class Nameless extends Good {
        @Override
        public String name() {
            throw new IllegalStateException("no name today");
        }
    }
}
