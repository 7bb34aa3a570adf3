/**
 * For application developers whose runs have to survive: checkpoints from which a run resumes bit for bit.
 *
 * <p>A {@link org.rpt4j.run.resume.CheckpointStore} is a directory with one folder per checkpoint, {@code
 * step-<number of the next step, nine digits>}. Format 1 of such a folder is:
 *
 * <ul>
 *   <li>{@code model/}: the weights in the Hugging Face layout, with configuration and tokenizer;
 *   <li>{@code optimizer.safetensors}: moments and step count;
 *   <li>{@code trainer.json}: counters, validation and the groups that wait for a later step, see {@link
 *       org.rpt4j.core.train.TrainerState};
 *   <li>{@code pass-rates.json}: the difficulty of every task as the policy showed it;
 *   <li>{@code parts/}: what the application adds, see {@link org.rpt4j.run.resume.CheckpointPart};
 *   <li>{@code manifest.json}: format, version, step, and what the run is: every setting and fingerprint by name;
 *   <li>{@code SHA256SUMS}: the hash of every other file, as {@code sha256sum -c} reads it.
 * </ul>
 *
 * A folder is written under a hidden name, forced to the disk and moved into place, so a folder of the name above is
 * complete, unless it was damaged later, which its hashes show.
 */
@NullMarked
package org.rpt4j.run.resume;

import org.jspecify.annotations.NullMarked;
