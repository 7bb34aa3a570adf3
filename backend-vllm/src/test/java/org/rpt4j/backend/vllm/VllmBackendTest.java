package org.rpt4j.backend.vllm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Capability;
import org.rpt4j.api.Device;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.error.BackendFailureException;
import org.rpt4j.api.error.BackendUnavailableException;
import org.rpt4j.api.error.DeviceUnavailableException;
import org.rpt4j.api.error.StorageException;
import org.rpt4j.api.error.UnsupportedCapabilityException;
import org.rpt4j.core.task.RecordedScorer;
import org.rpt4j.spi.Availability;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.spi.Backends;
import org.rpt4j.tck.TinyModel;

/** The backend as an application finds it, over a stub server. */
class VllmBackendTest {

    private static final String URL = "rpt4j.vllm.url";
    private static final String WAIT = "rpt4j.vllm.first-wait";

    @TempDir
    private Path folder;

    private ModelSource source;
    private StubServer server;

    @BeforeEach
    void start() {
        source = TinyModel.QWEN3.write(folder.resolve("model"));
        server = new StubServer(
                source.directory(), TinyModel.QWEN3.config().describe().contextLength() + 1);
        System.setProperty(URL, server.settings().url().toString());
        System.setProperty(WAIT, "0");
    }

    @AfterEach
    void stop() {
        server.close();
        System.clearProperty(URL);
        System.clearProperty(WAIT);
    }

    private static BackendProvider provider() {
        return Backends.discover().provider("vllm");
    }

    @Test
    void itIsFoundByItsNameAndOnlyScores() {
        assertThat(provider().availability()).isEqualTo(new Availability.Available("client of a vLLM server"));
        assertThat(provider().capabilities()).containsExactly(Capability.SCORE);
        try (Backend backend = Backends.open("vllm", BackendOptions.DEFAULTS);
                ProxyScorer scorer = backend.openProxyScorer(source)) {
            assertThat(scorer.score(List.of(new int[] {1, 2, 3}), ScoringOptions.DEFAULTS))
                    .hasSize(1);
            assertThatThrownBy(() -> backend.openPolicy(source)).isInstanceOf(UnsupportedCapabilityException.class);
        }
    }

    @Test
    void withoutAnAddressItIsListedAndSaysWhatIsMissing() {
        System.clearProperty(URL);
        assertThat(provider().availability())
                .isInstanceOfSatisfying(
                        Availability.Unavailable.class,
                        missing -> assertThat(missing.reason()).contains("rpt4j.vllm.url", "RPT4J_VLLM_URL"));
        assertThatThrownBy(() -> Backends.open("vllm", BackendOptions.DEFAULTS))
                .isInstanceOf(BackendUnavailableException.class)
                .hasMessageContaining("rpt4j.vllm.url");
    }

    @Test
    void whatTheServerChoosesIsRefused() {
        assertThatThrownBy(() -> Backends.open(
                        "vllm",
                        BackendOptions.builder().precision(Precision.BF16).build()))
                .isInstanceOf(UnsupportedCapabilityException.class)
                .hasMessageContaining("BF16");
        assertThatThrownBy(() -> Backends.open(
                        "vllm", BackendOptions.builder().device(Device.cuda(0)).build()))
                .isInstanceOf(DeviceUnavailableException.class);
    }

    @Test
    void theServedModelIsPartOfWhatIsRecorded() {
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings())) {
            assertThat(scorer.identity()).contains("served as tiny from /models/tiny");
        }
        server.root = "/models/\\u001bother";
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings())) {
            assertThat(scorer.identity().orElseThrow())
                    .startsWith("served as tiny from /models/")
                    .doesNotContain("\u001b")
                    .endsWith("other");
        }
    }

    /** The server fails in the second call; after that, what was scored is not asked for again. */
    @Test
    void aRecordedScoringContinuesWhereTheServerFailed() {
        Path record = folder.resolve("scores.record");
        List<List<int[]>> calls = List.of(List.of(new int[] {1, 2, 3, 4}), List.of(new int[] {5, 6, 7}));
        List<TokenScores> expected;
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings())) {
            expected = calls.stream()
                    .flatMap(call -> scorer.score(call, ScoringOptions.DEFAULTS).stream())
                    .toList();
        }
        StubServer.Reply works = server.reply;
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings());
                RecordedScorer recorded = new RecordedScorer(scorer, "folder", record)) {
            recorded.score(calls.get(0), ScoringOptions.DEFAULTS);
            server.reply = (exchange, request, answer) -> StubServer.send(exchange, 500, "out of memory");
            assertThatThrownBy(() -> recorded.score(calls.get(1), ScoringOptions.DEFAULTS))
                    .isInstanceOf(BackendFailureException.class);
        }
        server.reply = works;
        int before = server.requests.get();
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings());
                RecordedScorer recorded = new RecordedScorer(scorer, "folder", record)) {
            List<TokenScores> found = calls.stream()
                    .flatMap(call -> recorded.score(call, ScoringOptions.DEFAULTS).stream())
                    .toList();
            assertThat(found).isEqualTo(expected);
            assertThat(recorded.replayedTokens()).isEqualTo(4);
        }
        assertThat(server.requests).as("the second call alone").hasValue(before + 1);
        assertThat(server.lastRequest.path("prompt")).hasToString("[[5,6,7]]");
    }

    @Test
    void aRecordOfAnotherServedModelIsRefused() {
        Path record = folder.resolve("scores.record");
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings());
                RecordedScorer recorded = new RecordedScorer(scorer, "folder", record)) {
            recorded.score(List.of(new int[] {1, 2, 3}), ScoringOptions.DEFAULTS);
        }
        server.root = "/models/finetuned";
        try (ProxyScorer scorer = VllmProxyScorer.open(source, server.settings());
                RecordedScorer recorded = new RecordedScorer(scorer, "folder", record)) {
            assertThatThrownBy(() -> recorded.score(List.of(new int[] {1, 2, 3}), ScoringOptions.DEFAULTS))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("/models/finetuned");
        }
    }
}
