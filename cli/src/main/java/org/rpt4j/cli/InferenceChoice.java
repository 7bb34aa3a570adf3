package org.rpt4j.cli;

import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.error.ContextOverflowException;
import org.rpt4j.inference.InferenceOptions;
import org.rpt4j.inference.ReasoningMode;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.EvaluationKeys;
import org.rpt4j.run.config.section.RunKeys;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** How a text is continued: the options of inference that are no settings of a run. */
final class InferenceChoice {

    @Option(
            names = "--mode",
            paramLabel = "MODE",
            converter = ModeName.class,
            description = "Where the model thinks: standard for nowhere, every-token before each token, hybrid where"
                    + " the entropy of its own next token reaches --threshold. Default: standard.")
    private @Nullable ReasoningMode mode;

    @Option(
            names = "--threshold",
            paramLabel = "NATS",
            converter = Nats.class,
            description = "Least entropy at which --mode hybrid thinks, or infinity; default 1.0. --calibrate"
                    + " finds one.")
    private @Nullable Double threshold;

    @Option(
            names = "--text-tokens",
            paramLabel = "N",
            description = "Maximum number of tokens of the text; thoughts do not count. Default: 256, or what the"
                    + " prompt leaves of the context window.")
    private @Nullable Integer textTokens;

    @Option(
            names = "--max-thoughts",
            paramLabel = "N",
            description = "Maximum number of thoughts in the text; after them it goes on without thinking.")
    private @Nullable Integer maxThoughts;

    @Option(
            names = "--top-k",
            paramLabel = "K",
            description = "Draw from the K most probable tokens only. Needs a temperature.")
    private @Nullable Integer topK;

    @Option(
            names = "--top-p",
            paramLabel = "P",
            description = "Draw from the fewest tokens that together have probability P. Needs a temperature.")
    private @Nullable Double topP;

    @Option(
            names = "--min-p",
            paramLabel = "P",
            description = "Draw from the tokens that have at least this share of the most probable one's probability."
                    + " Needs a temperature.")
    private @Nullable Double minP;

    @Option(
            names = "--stop",
            paramLabel = "TEXT",
            description = "End the text before TEXT. May be given more than once.")
    private List<String> stops = List.of();

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    /**
     * The options with the seed and the temperature of a configuration.
     *
     * @throws ParameterException if one is out of range or has no effect
     */
    InferenceOptions options(RunConfiguration configuration) {
        double temperature = configuration.get(EvaluationKeys.TEMPERATURE);
        if (threshold != null && mode != ReasoningMode.HYBRID) {
            throw wrong("--threshold has no effect without --mode hybrid.");
        }
        if (temperature == 0 && (topK != null || topP != null || minP != null)) {
            throw wrong(
                    "--top-k, --top-p and --min-p have no effect on greedy decoding. Set --evaluation.temperature.");
        }
        InferenceOptions.Builder builder =
                InferenceOptions.builder().seed(configuration.get(RunKeys.SEED)).temperature(temperature);
        try {
            set(builder, mode, InferenceOptions.Builder::mode);
            set(builder, threshold, InferenceOptions.Builder::threshold);
            set(builder, textTokens, InferenceOptions.Builder::maxTokens);
            set(builder, maxThoughts, InferenceOptions.Builder::maxThoughts);
            set(builder, topK, InferenceOptions.Builder::topK);
            set(builder, topP, InferenceOptions.Builder::topP);
            set(builder, minP, InferenceOptions.Builder::minP);
            return builder.stopStrings(stops).build();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(command.commandLine(), inOptions(String.valueOf(e.getMessage())), e);
        }
    }

    /**
     * Refuses a prompt that leaves no room, or less than was asked for.
     *
     * @throws ContextOverflowException in the words of the command line
     */
    void requireRoom(int prompt, int context) {
        int room = context - prompt;
        if (room < 1) {
            throw new ContextOverflowException("The prompt has " + prompt + " tokens, and the model has room for "
                    + context + ". Shorten the prompt.");
        }
        if (textTokens != null && textTokens > room) {
            throw new ContextOverflowException("The prompt has " + prompt + " tokens, which leaves " + room
                    + " of the model's " + context + ", but --text-tokens is " + textTokens + ". Lower --text-tokens,"
                    + " or leave it out.");
        }
    }

    private static <T> void set(
            InferenceOptions.Builder builder,
            @Nullable T value,
            BiFunction<InferenceOptions.Builder, T, InferenceOptions.Builder> setter) {
        if (value != null) {
            setter.apply(builder, value);
        }
    }

    private ParameterException wrong(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    /** The message of a setter in the names of the command line: {@code topK is -1} as {@code --top-k is -1}. */
    private static String inOptions(String message) {
        String property = message.substring(0, Math.max(0, message.indexOf(' ')));
        String option = switch (property) {
            case "maxTokens" -> "--text-tokens";
            case "stopStrings" -> "--stop";
            default -> "--" + property.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
        };
        return option + message.substring(property.length()) + ".";
    }

    /** Reads {@code every-token} as well as {@code EVERY_TOKEN}. */
    static final class ModeName implements ITypeConverter<ReasoningMode> {
        @Override
        public ReasoningMode convert(String name) {
            try {
                return ReasoningMode.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_'));
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "\"" + name + "\" is not a mode. Use standard, every-token or hybrid.");
            }
        }
    }

    /** Reads a number, or {@code infinity}. */
    static final class Nats implements ITypeConverter<Double> {
        @Override
        public Double convert(String text) {
            try {
                return text.equalsIgnoreCase("infinity") ? Double.POSITIVE_INFINITY : Double.valueOf(text);
            } catch (NumberFormatException e) {
                throw new TypeConversionException("\"" + text + "\" is no number. Use one of at least 0, or infinity.");
            }
        }
    }
}
