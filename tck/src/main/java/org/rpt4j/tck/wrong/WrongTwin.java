package org.rpt4j.tck.wrong;

import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.rpt4j.api.Backend;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.OptimizerOptions;
import org.rpt4j.api.Policy;
import org.rpt4j.api.ProxyScorer;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.reference.ReferenceBackend;
import org.rpt4j.tck.reference.ReferencePolicy;
import org.rpt4j.tck.reference.ReferenceProvider;
import org.rpt4j.tck.reference.ReferenceProxyScorer;

/**
 * A backend that breaks one rule, with the correct one that it was made from.
 *
 * @param rule number of the rule that it breaks
 * @param mistake what is wrong with it
 * @param right the reference, or a correct part of it
 * @param wrong the same with the mistake
 */
public record WrongTwin(String rule, String mistake, BackendProvider right, BackendProvider wrong) {

    static WrongTwin ofProvider(String rule, String mistake, BackendProvider wrong) {
        return new WrongTwin(rule, mistake, new ReferenceProvider(), wrong);
    }

    static WrongTwin ofBackend(String rule, String mistake, Function<BackendOptions, Backend> constructor) {
        return ofProvider(rule, mistake, new DecoratedProvider(constructor));
    }

    static WrongTwin ofPolicy(String rule, String mistake, Function<ReferencePolicy, TrainablePolicy> constructor) {
        return ofPolicy(rule, mistake, (policy, source) -> constructor.apply(policy));
    }

    static WrongTwin ofPolicy(
            String rule, String mistake, BiFunction<ReferencePolicy, ModelSource, TrainablePolicy> constructor) {
        return ofBackend(rule, mistake, options -> new ForwardingBackend(new ReferenceBackend(options)) {
            @Override
            public Policy openPolicy(ModelSource model) {
                return openTrainablePolicy(model);
            }

            @Override
            public TrainablePolicy openTrainablePolicy(ModelSource model) {
                return constructor.apply(delegate().openTrainablePolicy(model), model);
            }
        });
    }

    static WrongTwin ofOptions(String rule, String mistake, UnaryOperator<OptimizerOptions> change) {
        return ofOptimizer(rule, mistake, (policy, options) -> policy.openOptimizer(change.apply(options)));
    }

    static WrongTwin ofOptimizer(
            String rule, String mistake, BiFunction<ReferencePolicy, OptimizerOptions, Optimizer> constructor) {
        return ofPolicy(rule, mistake, (policy, source) -> new ForwardingPolicy(policy) {
            @Override
            public Optimizer openOptimizer(OptimizerOptions options) {
                return constructor.apply(policy, options);
            }
        });
    }

    static WrongTwin ofScorer(String rule, String mistake, Function<ReferenceProxyScorer, ProxyScorer> constructor) {
        return ofBackend(rule, mistake, options -> new ForwardingBackend(new ReferenceBackend(options)) {
            @Override
            public ProxyScorer openProxyScorer(ModelSource model) {
                return constructor.apply(delegate().openProxyScorer(model));
            }
        });
    }

    @Override
    public String toString() {
        return rule + ": " + mistake;
    }
}
