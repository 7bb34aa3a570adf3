/**
 * For application developers: questions with known answers, read from files as benchmarks publish them, as tasks for
 * the trainer.
 *
 * <pre>{@code
 * QuestionFiles questions = QuestionFiles.open(List.of("gsm8k/train.jsonl"), QuestionOptions.GSM8K);
 * PreparedTasks tasks = AnswerTasks.prepare(questions, tokenizer, new DocumentSplit(0.1, 0), 1024);
 * RewardVerifier reward = RewardVerifiers.create("math-answer");
 * }</pre>
 */
@NullMarked
package org.rpt4j.answers;

import org.jspecify.annotations.NullMarked;
