package org.rpt4j.run.launch;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.rpt4j.api.error.OperationCancelledException;
import org.rpt4j.api.error.RptException;
import org.rpt4j.run.config.RunConfiguration;
import org.rpt4j.run.config.key.Key;

/**
 * Looks for the cheapest settings with which a run fits, by estimating again with each. Settings are tried from the
 * cheapest and kept if they help, until the run fits. Then the search goes back from the most expensive one and takes
 * back what the others make unnecessary.
 */
final class FitSearch {

    /**
     * A configuration and its needs.
     *
     * @param chosen the settings in effect, in the order in which they are tried, each with its variant
     */
    record State(RunConfiguration configuration, List<PhaseNeed> needs, Map<Saving<?>, Integer> chosen) {

        long excess() {
            return needs.stream().mapToLong(PhaseNeed::excess).sum();
        }

        boolean fits() {
            return excess() == 0;
        }

        private boolean isAsSmallAs(State other) {
            return excess() <= other.excess();
        }
    }

    private final RunConfiguration start;
    private final List<Saving<?>> savings;
    private final Function<RunConfiguration, List<PhaseNeed>> estimate;
    private final Set<String> impossible = new LinkedHashSet<>();

    FitSearch(RunConfiguration start, List<Saving<?>> savings, Function<RunConfiguration, List<PhaseNeed>> estimate) {
        this.start = start;
        this.savings = List.copyOf(savings);
        this.estimate = estimate;
    }

    /**
     * Searches from the needs of the configuration as it is.
     *
     * @return the state that fits, or else the one that exceeds the machine least
     */
    State run(List<PhaseNeed> needs) {
        State state = new State(start, needs, Map.of());
        for (Saving<?> saving : savings) {
            if (state.fits()) {
                break;
            }
            state = tryAll(state, saving);
        }
        return takeBack(state);
    }

    /** What each setting of a state replaces, saves and costs. */
    List<PlannedSetting> settings(State state, List<PhaseNeed> before) {
        List<PlannedSetting> settings = new ArrayList<>();
        Map<Saving<?>, Integer> chosen = new LinkedHashMap<>();
        List<PhaseNeed> needs = before;
        for (Map.Entry<Saving<?>, Integer> each : state.chosen().entrySet()) {
            chosen.put(each.getKey(), each.getValue());
            List<PhaseNeed> less = state(chosen).orElseThrow().needs();
            settings.add(planned(
                    each.getKey().key(),
                    state.configuration(),
                    saved(needs, less),
                    each.getKey().cost()));
            needs = less;
        }
        return settings;
    }

    private <T> PlannedSetting planned(Key<T> key, RunConfiguration configuration, String saved, String cost) {
        return new PlannedSetting(
                key.name(),
                key.type().format(configuration.get(key)),
                start.find(key)
                        .map(value -> key.type().format(value) + " (" + start.source(key) + ")")
                        .orElse("none"),
                saved,
                cost);
    }

    /**
     * The phases that shrink most of those that do not fit. A phase may be gone, such as the copy of a checkpoint that
     * is not made.
     */
    private static String saved(List<PhaseNeed> before, List<PhaseNeed> after) {
        Map<String, Long> peaks = after.stream().collect(Collectors.toMap(PhaseNeed::name, PhaseNeed::peak));
        Map<String, Long> saved = new LinkedHashMap<>();
        before.stream()
                .filter(need -> need.excess() > 0)
                .forEach(need -> saved.put(need.name(), need.peak() - peaks.getOrDefault(need.name(), 0L)));
        long most = Collections.max(saved.values());
        String phases = saved.entrySet().stream()
                .filter(each -> each.getValue() == most)
                .map(Map.Entry::getKey)
                .collect(Collectors.joining(", "));
        return "saves " + PhaseNeed.mebibytes(most) + " of " + phases;
    }

    /** The configuration with some settings; empty if one has no such value without another that is gone. */
    private Optional<RunConfiguration> apply(Map<Saving<?>, Integer> chosen) {
        RunConfiguration configuration = start;
        for (Map.Entry<Saving<?>, Integer> each : chosen.entrySet()) {
            if (each.getValue() >= each.getKey().count(configuration)) {
                return Optional.empty();
            }
            configuration = each.getKey().applyTo(configuration, each.getValue());
        }
        return Optional.of(configuration);
    }

    /** Settings that the backend does not have, with its reason. */
    List<String> impossible() {
        return List.copyOf(impossible);
    }

    /** The mildest value that fits, or else the mildest of those that help most. */
    private State tryAll(State before, Saving<?> saving) {
        State best = before;
        int count = saving.count(before.configuration());
        for (int variant = 0; variant < count && !best.fits(); variant++) {
            Optional<State> tried = state(with(before.chosen(), saving, variant));
            if (tried.isEmpty()) {
                break;
            }
            if (tried.get().excess() < best.excess()) {
                best = tried.get();
            }
        }
        return best;
    }

    private State takeBack(State found) {
        State state = found;
        List<Saving<?>> chosen = new ArrayList<>(found.chosen().keySet());
        for (int i = chosen.size() - 1; i >= 0; i--) {
            state = milder(state, chosen.get(i));
        }
        return state;
    }

    private State milder(State found, Saving<?> saving) {
        Map<Saving<?>, Integer> without = new LinkedHashMap<>(found.chosen());
        int variant = Objects.requireNonNull(without.remove(saving));
        Optional<State> other = state(without).filter(state -> state.isAsSmallAs(found));
        for (int i = 0; i < variant && other.isEmpty(); i++) {
            other = state(with(found.chosen(), saving, i)).filter(state -> state.isAsSmallAs(found));
        }
        return other.orElse(found);
    }

    private static Map<Saving<?>, Integer> with(Map<Saving<?>, Integer> chosen, Saving<?> saving, int variant) {
        Map<Saving<?>, Integer> more = new LinkedHashMap<>(chosen);
        more.put(saving, variant);
        return more;
    }

    /** Estimates with some settings; empty if the backend or the configuration refuses one. */
    private Optional<State> state(Map<Saving<?>, Integer> chosen) {
        if (Thread.currentThread().isInterrupted()) {
            throw new OperationCancelledException("the search for settings that fit was interrupted");
        }
        try {
            return apply(chosen).map(configuration -> new State(configuration, estimate.apply(configuration), chosen));
        } catch (OperationCancelledException e) {
            throw e;
        } catch (RptException e) {
            impossible.add(e.getMessage());
            return Optional.empty();
        }
    }
}
