/**
 * For application developers: the run directory, which keeps what made a run and what came of it. A {@link
 * org.rpt4j.run.directory.RunDirectory} is created once and never overwritten; a {@link org.rpt4j.run.directory.RunRecorder}
 * listens to training and appends to its files; a {@link org.rpt4j.run.directory.RecordedRun} reads them, also after a crash.
 *
 * <table>
 * <caption>Files</caption>
 * <tr><td>{@code run.json}</td><td>provenance: versions, machine, model, seeds, hashes</td></tr>
 * <tr><td>{@code configuration.json}</td><td>every effective setting with its source</td></tr>
 * <tr><td>{@code metrics.jsonl}</td><td>one line per step</td></tr>
 * <tr><td>{@code events.jsonl}</td><td>what happened beside the updates: steps that found too few groups to learn from,
 * validations, checkpoints, pauses; see {@link org.rpt4j.run.directory.EventRecord}</td></tr>
 * <tr><td>{@code events.out.tfevents.*}</td><td>the metrics for TensorBoard</td></tr>
 * <tr><td>{@code rollouts.jsonl}</td><td>some rollouts of every step</td></tr>
 * <tr><td>{@code evaluations.jsonl}</td><td>one line per evaluation, with the outcome of each task</td></tr>
 * <tr><td>{@code responses.jsonl}</td><td>responses of the evaluations</td></tr>
 * <tr><td>{@code outcome.json}</td><td>how the run ended; missing if it did not</td></tr>
 * <tr><td>{@code report.html}</td><td>all of it to read, see {@link org.rpt4j.run.report.RunReport}</td></tr>
 * </table>
 */
@NullMarked
package org.rpt4j.run.directory;

import org.jspecify.annotations.NullMarked;
