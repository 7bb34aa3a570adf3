package org.rpt4j.cli.serve;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests with random damage are read or refused, and nothing else happens. */
class HostileRequestTest {

    private static final String BODY =
            "{\"model\": \"tiny\", \"messages\": [{\"role\": \"user\", \"content\": [{\"type\":"
                    + " \"text\", \"text\": \"a\"}]}], \"temperature\": 0.5, \"stop\": [\"x\"], \"logprobs\": true,"
                    + " \"rpt4j\": {\"mode\": \"hybrid\", \"threshold\": 1.5}, \"stream\": false}";

    private final Random random = new Random(11);

    private byte[] damaged(byte[] given) {
        byte[] bytes = given.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            byte other = bytes[random.nextInt(bytes.length)];
            bytes[at] = random.nextBoolean() ? (byte) random.nextInt() : other;
        }
        return bytes;
    }

    @Test
    void aBodyIsReadOrRefused() {
        RequestReader reader = new RequestReader(ScriptedEngine.MODEL, Running.LIMITS);
        byte[] good = BODY.getBytes(StandardCharsets.UTF_8);
        int read = 0;
        int refused = 0;
        for (int i = 0; i < 20_000; i++) {
            try {
                reader.chat(damaged(good));
                read++;
            } catch (ApiError e) {
                assertThat(e.status().code()).isBetween(400, 404);
                refused++;
            }
        }
        assertThat(read).isPositive();
        assertThat(refused).isPositive();
    }

    @Test
    @Timeout(120)
    void whateverIsSentTheServerGoesOn() throws Exception {
        byte[] good = RawClient.post("/v1/chat/completions", BODY).getBytes(StandardCharsets.UTF_8);
        // Clients come and go faster than a busy machine notices.
        ServerLimits many = new ServerLimits(4096, 2048, 1000, 100, 64, 1000, Running.LIMITS.times());
        try (Running server = new Running(ScriptedEngine.saying("b", "c"), many, Optional.empty())) {
            for (int i = 0; i < 500; i++) {
                try (RawClient client = server.connect()) {
                    client.send(damaged(good));
                } catch (IOException e) {
                    continue; // the server was faster to refuse than this client to send
                }
            }
            assertThat(server.post("/v1/chat/completions", BODY).statusCode()).isEqualTo(200);
            while (!server.get("/metrics").body().contains("rpt4j_serve_connections 1.0\n")) {
                Thread.onSpinWait(); // every connection but this one is given back
            }
            assertThat(server.log()).isEmpty();
        }
    }
}
