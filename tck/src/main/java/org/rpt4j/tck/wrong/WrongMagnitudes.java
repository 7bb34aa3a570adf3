package org.rpt4j.tck.wrong;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Precision;
import org.rpt4j.api.ScoringOptions;
import org.rpt4j.api.TokenBatch;
import org.rpt4j.api.TokenScores;
import org.rpt4j.api.TokenValues;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.SafetensorsFile;
import org.rpt4j.model.format.TensorInfo;
import org.rpt4j.model.format.WeightLayout.LayerWeight;
import org.rpt4j.model.format.WeightSpec;
import org.rpt4j.tck.reference.ReferenceBackend;
import org.rpt4j.tck.reference.ReferenceForward;
import org.rpt4j.tck.reference.ReferenceModel;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/** Breaks the rules B17 to B24: right for tiny models, wrong for real ones. */
final class WrongMagnitudes {

    private static final int CAP = 32_768;

    private WrongMagnitudes() {}

    static List<WrongTwin> all() {
        return List.of(
                ofConfig("B17", "has a rotary base of 10,000 for every model", "\"rope_theta\" : [^,]+", "10000.0"),
                ofConfig("B17", "ignores the scaling of rotary frequencies", "\"rope_scaling\" : \\{[^}]+}", "null"),
                ofConfig("B18", "has an epsilon of 1e-6 in every norm", "\"rms_norm_eps\" : [^,]+", "1e-6"),
                ofZeros("B19", "reads weights that are not F32 as 0", (file, type) -> !type.equals("F32")),
                ofZeros("B19", "reads only the first of several files", (file, type) -> file > 0),
                WrongTwin.ofPolicy("B20", "keeps token ids in 16 bits", ShortIds::new),
                WrongTwin.ofScorer("B20", "keeps the argmax in 16 bits", ShortArgmax::new),
                WrongTwin.ofPolicy("B21", "remembers the last 32,768 tokens", ShortMemory::new),
                WrongTwin.ofPolicy("B22", "divides exponentials of the logits themselves", NaiveSoftmax::new),
                ofWeights("B23", "scales scores by the hidden size over the heads", WrongMagnitudes::derivedHeadSize),
                ofWeights("B23", "deals query heads to key heads in turn", WrongMagnitudes::dealtHeads),
                WrongTwin.ofBackend("B24", "computes in FP32 when asked for BF16", AlwaysSingle::new),
                WrongTwin.ofBackend("B24", "refuses a precision as a programming error", Pedantic::new));
    }

    /** Opens a copy of the checkpoint in which the value of one key of the configuration is another. */
    private static WrongTwin ofConfig(String rule, String mistake, String keyAndValue, String value) {
        return WrongTwin.ofPolicy(rule, mistake, (policy, source) -> {
            Path misread = source.directory().resolveSibling("misread");
            try (Stream<Path> files = Files.list(source.directory())) {
                Files.createDirectories(misread);
                for (Path file : files.toList()) {
                    Files.write(misread.resolve(file.getFileName()), Files.readAllBytes(file));
                }
                String key = keyAndValue.substring(0, keyAndValue.indexOf(':') + 1);
                Path config = misread.resolve("config.json");
                Files.writeString(config, Files.readString(config).replaceAll(keyAndValue, key + " " + value));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new ForwardingPolicy(new ReferencePolicy(ModelSource.directory(misread)));
        });
    }

    private interface Change {
        void apply(ModelConfig config, ReferenceModel model);
    }

    /** Changes the weights as if the arithmetic were wrong. */
    private static WrongTwin ofWeights(String rule, String mistake, Change change) {
        return WrongTwin.ofPolicy(rule, mistake, policy -> {
            change.apply(policy.model().config(), policy.model());
            return new ForwardingPolicy(policy);
        });
    }

    /** Forgets the tensors of a checkpoint that match, given the index of their file and their type. */
    private static WrongTwin ofZeros(String rule, String mistake, BiPredicate<Integer, String> forgotten) {
        return WrongTwin.ofPolicy(rule, mistake, (policy, source) -> {
            Set<String> names = new HashSet<>();
            try (Stream<Path> listed = Files.list(source.directory())) {
                List<Path> files = listed.filter(file -> file.toString().endsWith(".safetensors"))
                        .sorted()
                        .toList();
                for (int i = 0; i < files.size(); i++) {
                    try (SafetensorsFile file = SafetensorsFile.open(files.get(i))) {
                        for (TensorInfo tensor : file.tensors().values()) {
                            if (forgotten.test(i, tensor.dtype())) {
                                names.add(tensor.name());
                            }
                        }
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            List<WeightSpec> specs = policy.model().layout().all();
            for (int i = 0; i < specs.size(); i++) {
                if (names.contains(specs.get(i).name())) {
                    Arrays.fill(policy.model().weights()[i], 0);
                }
            }
            return new ForwardingPolicy(policy);
        });
    }

    private static void derivedHeadSize(ModelConfig config, ReferenceModel model) {
        double factor = Math.sqrt((double) config.headSize() * config.heads() / config.hiddenSize());
        double[] query = weight(model, config.queryKeyNorm() ? LayerWeight.QUERY_NORM : LayerWeight.QUERY);
        for (int i = 0; i < query.length; i++) {
            query[i] *= factor;
        }
    }

    /** Key head h mod K in place of h / (H / K): the same as moving each query head to another place. */
    private static void dealtHeads(ModelConfig config, ReferenceModel model) {
        int perKey = config.heads() / config.keyValueHeads();
        int slice = config.headSize() * config.hiddenSize();
        double[] query = weight(model, LayerWeight.QUERY);
        double[] right = query.clone();
        for (int head = 0; head < config.heads(); head++) {
            int place = head % config.keyValueHeads() * perKey + head / config.keyValueHeads();
            System.arraycopy(right, head * slice, query, place * slice, slice);
        }
    }

    private static double[] weight(ReferenceModel model, LayerWeight weight) {
        return model.weights()[model.layout().index(0, weight)];
    }

    private static final class ShortIds extends ForwardingPolicy {
        ShortIds(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            return super.logProbs(Mistakes.withPrompts(
                    batch, e -> new Mistakes.Entry(Mistakes.low16(e.prompt()), e.completion(), e.all(), e.index())));
        }
    }

    private static final class ShortArgmax extends ForwardingScorer {
        ShortArgmax(ReferenceProxyScorer delegate) {
            super(delegate);
        }

        @Override
        public List<TokenScores> score(List<int[]> sequences, ScoringOptions options) {
            return super.score(sequences, options).stream()
                    .map(s -> new TokenScores(s.entropy(), Mistakes.low16(s.argmax()), s.trueLogProb()))
                    .toList();
        }
    }

    private static final class AlwaysSingle extends ForwardingBackend {
        AlwaysSingle(BackendOptions options) {
            super(new ReferenceBackend(
                    options.toBuilder().precision(Precision.FP32).build()));
        }
    }

    private static final class Pedantic extends ForwardingBackend {
        Pedantic(BackendOptions options) {
            super(new ReferenceBackend(required(options)));
        }

        private static BackendOptions required(BackendOptions options) {
            if (options.precision() != Precision.FP32) {
                throw new IllegalArgumentException("precision is " + options.precision() + ", must be FP32");
            }
            return options;
        }
    }

    private static final class ShortMemory extends ForwardingPolicy {
        ShortMemory(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            return super.logProbs(Mistakes.withPrompts(batch, e -> {
                int[] prompt = e.prompt();
                int[] kept = Arrays.copyOfRange(prompt, Math.max(0, prompt.length - CAP), prompt.length);
                return new Mistakes.Entry(kept, e.completion(), e.all(), e.index());
            }));
        }
    }

    private static final class NaiveSoftmax extends ForwardingPolicy {
        NaiveSoftmax(ReferencePolicy delegate) {
            super(delegate);
        }

        @Override
        public TokenValues logProbs(TokenBatch batch) {
            double[] values = new double[batch.completionTokenCount()];
            int next = 0;
            for (Mistakes.Entry entry : Mistakes.entries(batch)) {
                ReferenceForward forward = new ReferenceForward(delegate().model()).append(entry.prompt());
                for (int token : entry.completion()) {
                    double[] logits = forward.logits(forward.length() - 1);
                    double sum = Arrays.stream(logits).map(Math::exp).sum();
                    values[next++] = Math.log(Math.exp(logits[token]) / sum);
                    forward.append(token);
                }
            }
            return TokenValues.of(batch, values);
        }
    }
}
