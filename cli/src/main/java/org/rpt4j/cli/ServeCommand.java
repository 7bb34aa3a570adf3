package org.rpt4j.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.Backend;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Policy;
import org.rpt4j.cli.serve.ApiKey;
import org.rpt4j.cli.serve.ModelEngine;
import org.rpt4j.cli.serve.ServerLimits;
import org.rpt4j.cli.serve.ServerSettings;
import org.rpt4j.cli.serve.TextServer;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.tokenize.Tokenizer;
import org.rpt4j.model.format.ModelConfigReader;
import org.rpt4j.model.format.PlainFiles;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.PromptKeys;
import org.rpt4j.run.config.section.RewardKeys;
import org.rpt4j.run.config.section.SamplingKeys;
import org.rpt4j.run.launch.ConfiguredReasoning;
import org.rpt4j.spi.Backends;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves a model over HTTP. */
@Command(
        name = "serve",
        description = {
            "Serve a model over HTTP with OpenAI's completions and chat completions, and a page that shows its"
                    + " thoughts.",
            "Listens on this machine alone unless --host names another address, which needs a key. One request is"
                    + " answered at a time, the others wait.",
            "SIGTERM or Ctrl-C stops it: requests under way get --stop-seconds to end. A second signal ends it at once."
        },
        footer = {"", "Example:", "  rpt4j serve --model.directory MODEL --backend.name native --port 8080"})
final class ServeCommand implements Runnable, ConfiguredCommand {

    private static final int MAX_KEY_BYTES = 4096;
    private static final String DEFAULT_VARIABLE = "RPT4J_SERVE_API_KEY";

    @Mixin
    private ConfigurationChoice choice;

    @Option(
            names = "--host",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "The address to listen on; default ${DEFAULT-VALUE}. 0.0.0.0 is every address.")
    private String host;

    @Option(
            names = "--port",
            paramLabel = "N",
            defaultValue = "8080",
            description = "The port to listen on; default ${DEFAULT-VALUE}. 0 takes a free one.")
    private int port;

    @Option(names = "--api-key-file", paramLabel = "FILE", description = "A file with the key that clients must send.")
    private @Nullable Path keyFile;

    @Option(
            names = "--api-key-variable",
            paramLabel = "NAME",
            description = "The variable of the environment with the key that clients must send; by default "
                    + DEFAULT_VARIABLE + ", if it is set.")
    private @Nullable String keyVariable;

    @Option(names = "--allow-anyone", description = "Listen on another address than this machine's own without a key.")
    private boolean allowAnyone;

    @Option(
            names = "--model-name",
            paramLabel = "NAME",
            description = "The name of the model for clients; by default that of its directory.")
    private @Nullable String modelName;

    @Option(
            names = "--max-prompt-tokens",
            paramLabel = "N",
            description = "Maximum number of tokens of a prompt; by default the model's context window.")
    private @Nullable Integer maxPromptTokens;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Maximum size of a request; default ${DEFAULT-VALUE}.")
    private int maxBody;

    @Option(
            names = "--max-header",
            paramLabel = "BYTES",
            defaultValue = "16384",
            description = "Maximum size of the header of a request; default ${DEFAULT-VALUE}.")
    private int maxHeader;

    @Option(
            names = "--max-connections",
            paramLabel = "N",
            defaultValue = "128",
            description = "Maximum number of connections at the same time; default ${DEFAULT-VALUE}.")
    private int maxConnections;

    @Option(
            names = "--queue",
            paramLabel = "N",
            defaultValue = "16",
            description = "How many requests may wait while one is answered; default ${DEFAULT-VALUE}. More get status"
                    + " 429.")
    private int queue;

    @Option(
            names = "--request-seconds",
            paramLabel = "S",
            defaultValue = "600",
            description = "Time for an answer, from the complete request to its end; default ${DEFAULT-VALUE}.")
    private int requestSeconds;

    @Option(
            names = "--client-seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "Time for a client to send its request, to take a part of its answer, and to ask again;"
                    + " default ${DEFAULT-VALUE}.")
    private int clientSeconds;

    @Option(
            names = "--stop-seconds",
            paramLabel = "S",
            defaultValue = "30",
            description = "Time for requests under way when the server is stopped; default ${DEFAULT-VALUE}.")
    private int stopSeconds;

    @Spec
    private CommandSpec spec;

    @Override
    public List<Key<?>> keys() {
        return CommandKeys.all(
                List.of(ModelKeys.DIRECTORY, ModelKeys.ADAPTER, ModelKeys.ACCEPT_CONFIG, SamplingKeys.MAX_TOKENS),
                CommandKeys.section(PromptKeys.INSTRUCTION),
                List.of(RewardKeys.BOX),
                CommandKeys.BACKEND);
    }

    @Override
    public void run() {
        RunConfiguration configuration = choice.configuration();
        Optional<ApiKey> key = key();
        InetSocketAddress address = address(key);
        ModelSource model = configuration.model(ModelKeys.DIRECTORY);
        int context = ModelConfigReader.read(model).contextLength();
        ServerSettings settings =
                new ServerSettings(address, key, limits(configuration.get(SamplingKeys.MAX_TOKENS), context));
        TextServer.requireFree(address);
        try (Tokenizer tokenizer = Tokenizer.open(model.directory());
                Backend backend = Backends.open(configuration.get(BackendKeys.NAME), configuration.backend());
                Policy policy = backend.openPolicy(model)) {
            Reasoning reasoning = ConfiguredReasoning.of(configuration, model, tokenizer, Instant.now());
            serve(new ModelEngine(name(model), policy, reasoning, settings.limits()), settings);
        }
    }

    /** Serves until a signal interrupts this thread. */
    private void serve(ModelEngine engine, ServerSettings settings) {
        PrintWriter err = spec.commandLine().getErr();
        try (TextServer server = TextServer.start(engine, settings, err)) {
            err.println("Listening on http://" + server.address().getHostString() + ":"
                    + server.address().getPort() + "/ with the model " + engine.model() + ".");
            err.flush();
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            err.println("Stopped.");
            err.flush();
        }
    }

    private String name(ModelSource model) {
        return modelName != null
                ? modelName
                : String.valueOf(model.directory().toAbsolutePath().normalize().getFileName());
    }

    private ServerLimits limits(int outputTokens, int context) {
        ServerLimits.Times times = new ServerLimits.Times(
                seconds("--request-seconds", requestSeconds),
                seconds("--client-seconds", clientSeconds),
                Duration.ofSeconds(from(0, "--stop-seconds", stopSeconds)));
        return new ServerLimits(
                from(1, "--max-body", maxBody),
                from(256, "--max-header", maxHeader),
                from(1, "--max-connections", maxConnections),
                maxPromptTokens == null ? context : from(1, "--max-prompt-tokens", maxPromptTokens),
                outputTokens,
                from(0, "--queue", queue),
                times);
    }

    private Duration seconds(String option, int value) {
        return Duration.ofSeconds(from(1, option, value));
    }

    private int from(int min, String option, int value) {
        if (value < min) {
            throw wrong(option + " is " + value + ", must be at least " + min + ".");
        }
        return value;
    }

    private InetSocketAddress address(Optional<ApiKey> key) {
        if (port < 0 || port > 65535) {
            throw wrong("--port is " + port + ", must be from 0 to 65535.");
        }
        InetAddress address;
        try {
            address = InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw wrong("--host \"" + host + "\" is not an address or name of this machine.");
        }
        if (!address.isLoopbackAddress() && key.isEmpty() && !allowAnyone) {
            throw wrong("--host " + host + " lets other machines in. Give --api-key-file or --api-key-variable, or"
                    + " --allow-anyone if everybody who reaches it may use it.");
        }
        return new InetSocketAddress(address, port);
    }

    private Optional<ApiKey> key() {
        if (keyFile != null && keyVariable != null) {
            throw wrong("--api-key-file and --api-key-variable are both given. Give one.");
        }
        if (keyFile != null) {
            try {
                return Optional.of(key("--api-key-file " + keyFile, PlainFiles.readText(keyFile, MAX_KEY_BYTES)));
            } catch (IOException e) {
                throw wrong("--api-key-file cannot be read: " + e);
            }
        }
        String name = keyVariable == null ? DEFAULT_VARIABLE : keyVariable;
        String value = System.getenv(name);
        if (value == null && keyVariable != null) {
            throw wrong("--api-key-variable " + name + " is not set in the environment.");
        }
        return value == null ? Optional.empty() : Optional.of(key("The variable " + name, value));
    }

    private ApiKey key(String origin, String text) {
        try {
            return ApiKey.of(text);
        } catch (IllegalArgumentException e) {
            throw wrong(origin + ": " + e.getMessage() + ".");
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }
}
