/**
 * For application developers: the parts of the other packages combined, from a corpus file to a policy that is ready to
 * train. A whole run is about twenty lines:
 *
 * <pre>{@code
 * ModelSource model = ModelSource.directory(Path.of("my-model"));
 * try (Backend backend = Backends.open("djl");
 *         Tokenizer tokenizer = Tokenizer.open(model.directory())) {
 *     Reasoning reasoning = Reasoning.of(model, tokenizer, Instruction.FENCED, 512);
 *     TaskSelection hard = TaskSelection.above(1.0).toBuilder().maxContextTokens(reasoning.maxContextTokens()).build();
 *     PreparedTasks tasks;
 *     try (ProxyScorer proxy = backend.openProxyScorer(model)) {
 *         tasks = new TaskPipeline(tokenizer, PipelineSettings.of(hard))
 *                 .prepare(Corpora.open(Path.of("corpus.jsonl")), proxy);
 *     }
 *     try (TrainablePolicy policy = backend.openTrainablePolicy(model);
 *             Optimizer optimizer = policy.openOptimizer(OptimizerOptions.PAPER)) {
 *         RptTrainer.builder()
 *                 .policy(policy, optimizer)
 *                 .tasks(tasks.source(42))
 *                 .prompts(reasoning.prompts())
 *                 .extractor(reasoning.extractor())
 *                 .verifier(RewardVerifiers.create("prefix-match"))
 *                 .settings(RptSettings.PAPER.toBuilder().sampling(reasoning.sampling(8, 0.8)).promptsPerStep(32).build())
 *                 .build()
 *                 .run();
 *         policy.save(Path.of("trained"));
 *     }
 * }
 * }</pre>
 */
@NullMarked
package org.rpt4j.core.pipeline;

import org.jspecify.annotations.NullMarked;
