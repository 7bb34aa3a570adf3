package org.rpt4j.run.launch;

import static org.rpt4j.run.launch.PhaseNeed.mebibytes;

import java.util.ArrayList;
import java.util.List;
import org.rpt4j.api.error.ConfigurationException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.section.RunKeys;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares what each phase of a run needs with what the machine has, before anything is scored. What a model keeps
 * between calls is certain: too much of it is refused. What a call needs on top assumes full length for every prompt
 * and completion, which few have: too much of it is a warning.
 */
final class ResourceCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ResourceCheck.class);

    private ResourceCheck() {}

    /**
     * Checks every phase.
     *
     * @throws ConfigurationException with every phase that does not fit, unless the configuration asks for a warning
     */
    static void require(RunConfiguration configuration, List<PhaseNeed> needs) {
        RunKeys.Limits rule = configuration.get(RunKeys.LIMITS);
        if (rule == RunKeys.Limits.OFF) {
            return;
        }
        List<String> refused = new ArrayList<>();
        for (PhaseNeed need : needs) {
            LOG.debug(
                    "{} needs {}, peak {}, available {}",
                    need.name(),
                    mebibytes(need.kept()),
                    mebibytes(need.peak()),
                    mebibytes(need.available()));
            switch (need.verdict()) {
                case FITS -> {}
                case MAY_NOT_FIT ->
                    LOG.warn(
                            "The phase {} may need {} if prompts and completions reach full length, available {}. Largest: {}."
                                    + " {}.",
                            need.name(),
                            mebibytes(need.peak()),
                            mebibytes(need.available()),
                            need.largest(),
                            need.advice());
                case DOES_NOT_FIT ->
                    refused.add("The phase " + need.name() + " needs " + mebibytes(need.kept())
                            + ", available " + mebibytes(need.available()) + ". Largest: " + need.largestKept() + ". "
                            + need.adviceKept() + ", or set " + RunKeys.LIMITS + " to WARN to try anyway.");
            }
        }
        if (!refused.isEmpty() && rule == RunKeys.Limits.REFUSE) {
            refused.add("A dry run (rpt4j run --dry-run) shows every phase and the settings that help.");
            throw new ConfigurationException(refused);
        }
        refused.forEach(LOG::warn);
    }
}
