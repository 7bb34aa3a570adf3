package org.rpt4j.run.launch;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.RunConfigurationBuilder;
import org.rpt4j.run.config.section.BackendKeys;
import org.rpt4j.run.config.section.RunKeys;
import org.rpt4j.run.directory.RecordedRun;
import org.rpt4j.run.directory.RecordedSetting;
import org.rpt4j.run.directory.RunDirectory;

/**
 * What each phase of a run needs of this machine if every prompt and completion has its full length, and, if the run
 * does not fit, the cheapest settings with which it does. Immutable.
 *
 * <p>A plan changes how much is computed at the same time, how exactly, and how checkpoints are written, and nothing
 * that the run learns from. For a run that resumes it keeps what was planned when the run started, and beyond that
 * changes only what leaves the result the same bit for bit.
 *
 * @since 0.1.0
 */
public final class ResourcePlan {

    /** Where the settings of a plan come from, in the record of a run. */
    static final String ORIGIN = "--fit";

    private final List<PhaseNeed> before;
    private final FitSearch.State after;
    private final List<PlannedSetting> settings;
    private final List<String> impossible;
    private final boolean known;

    private ResourcePlan(
            List<PhaseNeed> before,
            FitSearch.State after,
            List<PlannedSetting> settings,
            List<String> impossible,
            boolean known) {
        this.before = before;
        this.after = after;
        this.settings = settings;
        this.impossible = impossible;
        this.known = known;
    }

    /**
     * Estimates, and searches if the run does not fit. Opens the backend but no model.
     *
     * @throws org.rpt4j.api.error.RptException if the model's configuration or tokenizer cannot be read
     * @throws org.rpt4j.api.error.OperationCancelledException if the thread is interrupted
     */
    public static ResourcePlan of(RunConfiguration configuration) {
        return Models.with(configuration, models -> {
            try (ResourceEstimator estimator = new ResourceEstimator(models)) {
                return of(configuration, estimator);
            }
        });
    }

    private static ResourcePlan of(RunConfiguration configuration, ResourceEstimator estimator) {
        Optional<Path> resumed = configuration
                .find(RunKeys.DIRECTORY)
                .filter(directory -> configuration.get(RunKeys.RESUME) && RunDirectory.isRun(directory));
        RunConfiguration start =
                resumed.map(run -> asPlanned(configuration, run)).orElse(configuration);
        List<Saving<?>> savings = Saving.ALL.stream()
                .filter(saving ->
                        resumed.isEmpty() || !RunIdentity.counts(saving.key().name()))
                .toList();
        FitSearch search = new FitSearch(start, savings, estimator::needs);
        List<PhaseNeed> before = estimator.needs(start);
        FitSearch.State after = search.run(before);
        return new ResourcePlan(
                before, after, search.settings(after, before), search.impossible(), estimator.areKnown());
    }

    /** With what was planned when the run started, unless a change of it is accepted. */
    private static RunConfiguration asPlanned(RunConfiguration configuration, Path run) {
        RunConfigurationBuilder builder = configuration.toBuilder();
        for (RecordedSetting setting : RecordedRun.open(run).configuration()) {
            if (setting.isGiven()
                    && setting.source().equals(ORIGIN)
                    && !configuration.get(RunKeys.ACCEPT_CHANGED).contains(setting.name())) {
                builder.set(setting.name(), setting.value(), ORIGIN);
            }
        }
        return builder.build();
    }

    /** Whether the run fits as it is. */
    public boolean fits() {
        return before.stream().allMatch(need -> need.excess() == 0);
    }

    /** Whether it fits with the {@link #settings}. */
    public boolean fitsWithSettings() {
        return after.fits();
    }

    /** What the plan changes, from the cheapest; nothing if the run fits, or if nothing helps. */
    public List<PlannedSetting> settings() {
        return settings;
    }

    /**
     * The configuration with the settings of the plan. If the run does not fit even so, {@code run.limits} decides what
     * becomes of it when it starts.
     *
     * @throws ConfigurationException if the backend does not estimate memory, so that there is nothing to go by
     */
    public RunConfiguration fitted() {
        if (!known) {
            throw new ConfigurationException(List.of(unknown() + " Without it no settings are known to fit. Set "
                    + BackendKeys.NAME + " to native or djl, which estimate it on a CPU."));
        }
        return after.configuration();
    }

    private String unknown() {
        RunConfiguration configuration = after.configuration();
        return "The backend " + configuration.get(BackendKeys.NAME) + " does not estimate the memory of this model on "
                + configuration.get(BackendKeys.DEVICE) + ".";
    }

    /** A table of the phases, the settings of the plan, and the table with these settings; lines to print. */
    public List<String> describe() {
        List<String> lines = new ArrayList<>(ResourceTable.of(before));
        if (!known) {
            lines.add(unknown() + " Only checkpoints are checked.");
        }
        if (!fits()) {
            lines.addAll(describeSettings());
        }
        return lines;
    }

    private List<String> describeSettings() {
        List<String> lines = new ArrayList<>();
        if (settings.isEmpty()) {
            lines.add("It does not fit, and none of the settings that were tried helps.");
        } else {
            lines.add(
                    fitsWithSettings()
                            ? "It fits with these settings, tried from the cheapest:"
                            : "It does not fit. These settings help most, tried from the cheapest:");
            lines.addAll(ResourceTable.settings(settings));
            lines.add("With them:");
            lines.addAll(ResourceTable.of(after.needs()));
        }
        impossible.forEach(reason -> lines.add("Not possible: " + reason));
        lines.addAll(left());
        return lines;
    }

    /** What helps those phases that do not fit with the settings either; one line for those with the same advice. */
    private List<String> left() {
        Map<String, List<String>> phases = new LinkedHashMap<>();
        after.needs().stream()
                .filter(need -> need.excess() > 0)
                .forEach(need -> phases.computeIfAbsent(need.adviceKept(), unused -> new ArrayList<>())
                        .add(need.name() + " by " + PhaseNeed.mebibytes(need.excess())));
        return phases.entrySet().stream()
                .map(each -> "Still too large: " + String.join(", ", each.getValue()) + ". " + each.getKey() + ".")
                .toList();
    }
}
