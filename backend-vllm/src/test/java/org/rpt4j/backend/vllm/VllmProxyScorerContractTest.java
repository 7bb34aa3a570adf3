package org.rpt4j.backend.vllm;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendContext;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.ProxyScorerContract;

/** The rules of a scorer over a stub server of each rule's model. */
class VllmProxyScorerContractTest extends ProxyScorerContract {

    private final List<StubServer> servers = new ArrayList<>();

    @AfterEach
    void stopServers() {
        servers.forEach(StubServer::close);
    }

    @Override
    protected BackendProvider provider() {
        return new Provider();
    }

    private final class Provider implements BackendProvider {

        @Override
        public String name() {
            return VllmBackend.NAME;
        }

        @Override
        public int apiVersion() {
            return API_VERSION;
        }

        @Override
        public Availability availability() {
            return new Availability.Available("stub");
        }

        @Override
        public Set<Capability> capabilities() {
            return VllmBackend.CAPABILITIES;
        }

        @Override
        public Backend create(BackendContext context) {
            return new Serving(context.options());
        }
    }

    /** Starts a server for each model that is opened. */
    private final class Serving implements Backend {

        private final BackendOptions options;
        private final List<Backend> opened = new ArrayList<>();

        Serving(BackendOptions options) {
            this.options = options;
        }

        @Override
        public String name() {
            return VllmBackend.NAME;
        }

        @Override
        public Set<Capability> capabilities() {
            return VllmBackend.CAPABILITIES;
        }

        @Override
        public ProxyScorer openProxyScorer(ModelSource model) {
            StubServer server = new StubServer(
                    model.directory(), ModelConfigReader.read(model).describe().contextLength() + 1);
            servers.add(server);
            Backend backend = new VllmBackend(options, server.settings());
            opened.add(backend);
            return backend.openProxyScorer(model);
        }

        @Override
        public void close() {
            opened.forEach(Backend::close);
        }
    }
}
