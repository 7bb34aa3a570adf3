package org.rpt4j.run.launch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rpt4j.api.ModelSource;
import org.rpt4j.api.Optimizer;
import org.rpt4j.api.Policy;
import org.rpt4j.api.TrainablePolicy;
import org.rpt4j.api.error.CheckpointException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.ModelKeys;
import org.rpt4j.run.config.section.ObjectiveKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.resume.CheckpointStore;

/**
 * The reference of a KL penalty. A run may renew it (ProRL: Liu et al. 2025, arXiv 2505.24864): its weights are then
 * kept in the folder references of the run, one folder for each renewal that a checkpoint needs, and the optimizer
 * begins anew.
 */
final class Reference implements AutoCloseable {

    private final Models models;
    private final TrainablePolicy policy;
    private final Optimizer optimizer;
    private final @Nullable Path emptyMoments;
    private Policy current;

    private Reference(
            Models models, TrainablePolicy policy, Optimizer optimizer, @Nullable Path emptyMoments, Policy current) {
        this.models = models;
        this.policy = policy;
        this.optimizer = optimizer;
        this.emptyMoments = emptyMoments;
        this.current = current;
    }

    /**
     * Opens the reference of a step; null without a penalty.
     *
     * @param optimizer of the policy, with its moments not yet restored
     * @throws CheckpointException if the run had renewed its reference, and the weights are gone
     */
    static @Nullable Reference open(Models models, TrainablePolicy policy, Optimizer optimizer, long nextStep) {
        RunConfiguration configuration = models.configuration();
        if (!ObjectiveKeys.renewReference(configuration)) {
            @Nullable Policy first = models.openReference(policy);
            return first == null ? null : new Reference(models, policy, optimizer, null, first);
        }
        Path empty = emptyMoments(configuration.get(RunKeys.DIRECTORY));
        optimizer.saveState(empty);
        long renewed = lastRenewal(nextStep, configuration.get(ObjectiveKeys.KL_RESET_STEPS));
        @Nullable Policy current = renewed == 0 ? models.openReference(policy) : reopen(models, renewed);
        return current == null ? null : new Reference(models, policy, optimizer, empty, current);
    }

    /** Beside the run, whose directory is not there yet when the moments are still empty. */
    private static Path emptyMoments(Path run) {
        Path whole = run.toAbsolutePath();
        return whole.resolveSibling("." + whole.getFileName() + ".empty-moments.tmp");
    }

    /** The step of the last renewal before a step; 0 if there was none. */
    private static long lastRenewal(long nextStep, long resetSteps) {
        return nextStep == 0 ? 0 : (nextStep - 1) / resetSteps * resetSteps;
    }

    private static CheckpointStore store(RunConfiguration configuration) {
        return new CheckpointStore(configuration.get(RunKeys.DIRECTORY).resolve("references"));
    }

    private static Policy reopen(Models models, long step) {
        Path folder = store(models.configuration()).folder(step);
        if (!Files.isDirectory(folder)) {
            throw new CheckpointException("The reference of the run became the policy before step " + step
                    + ", and its weights are not in " + folder
                    + ". Restore the folder from a copy, or start a new run.");
        }
        return models.backend()
                .openPolicy(ModelSource.directory(folder)
                        .accepting(models.configuration().get(ModelKeys.ACCEPT_CONFIG)));
    }

    /** The reference of the next step. */
    Policy current() {
        return current;
    }

    /** Makes the present policy the reference and empties the moments. The old one is closed first, to free its memory. */
    Policy renew(long step) {
        CheckpointStore references = store(models.configuration());
        try {
            Files.createDirectories(references.folder(step).getParent());
        } catch (IOException e) {
            throw new CheckpointException("cannot create the folder for the reference of step " + step + ": " + e, e);
        }
        policy.save(references.folder(step));
        current.close();
        current = reopen(models, step);
        if (emptyMoments != null) {
            optimizer.restoreState(emptyMoments);
        }
        references.keep(needed(step));
        return current;
    }

    /** The renewals that a checkpoint of the run needs, the present one, and that of a checkpoint still being written. */
    private Set<Long> needed(long step) {
        RunConfiguration configuration = models.configuration();
        long resetSteps = configuration.get(ObjectiveKeys.KL_RESET_STEPS);
        Set<Long> needed = new HashSet<>(Set.of(step, lastRenewal(step, resetSteps)));
        for (long nextStep :
                SavePlan.store(configuration.get(RunKeys.DIRECTORY)).steps()) {
            needed.add(lastRenewal(nextStep, resetSteps));
        }
        return needed;
    }

    @Override
    public void close() {
        current.close();
        if (emptyMoments != null) {
            try {
                Files.deleteIfExists(emptyMoments);
            } catch (IOException e) {
                throw new CheckpointException("cannot delete " + emptyMoments + ": " + e, e);
            }
        }
    }
}
