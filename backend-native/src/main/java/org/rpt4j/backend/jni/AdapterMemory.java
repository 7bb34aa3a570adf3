package org.rpt4j.backend.jni;

import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.rpt4j.model.format.AdapterLayout;
import org.rpt4j.model.format.LoraOptions;
import org.rpt4j.model.format.ModelConfig;
import org.rpt4j.model.format.WeightLayout.LayerWeight;

/** How many bytes each block of an adapter takes in the engine's memory, as {@code engine/adapter.cpp} allocates them. */
final class AdapterMemory {

    /**
     * Linear layers that read the same rows.
     *
     * @param in width of the rows
     * @param outs widths of the results of those with factors
     */
    private record Site(long in, List<Long> outs) {}

    private static final long FLOAT = Float.BYTES;

    private final long parameters;
    private final int layers;
    private final long rank;
    private final int panel;
    private final List<Site> sites;

    AdapterMemory(ModelConfig config, LoraOptions options, int panel) {
        this.parameters = AdapterLayout.of(config, options).parameterCount();
        this.layers = config.layers();
        this.rank = options.rank();
        this.panel = panel;
        long queries = (long) config.heads() * config.headSize();
        long keys = (long) config.keyValueHeads() * config.headSize();
        long hidden = config.hiddenSize();
        long inner = config.intermediateSize();
        Set<LayerWeight> targets = options.targets();
        this.sites = List.of(
                new Site(
                        hidden,
                        outs(
                                targets,
                                List.of(LayerWeight.QUERY, LayerWeight.KEY, LayerWeight.VALUE),
                                List.of(queries, keys, keys))),
                new Site(queries, outs(targets, List.of(LayerWeight.OUTPUT), List.of(hidden))),
                new Site(hidden, outs(targets, List.of(LayerWeight.GATE, LayerWeight.UP), List.of(inner, inner))),
                new Site(inner, outs(targets, List.of(LayerWeight.DOWN), List.of(hidden))));
    }

    private static List<Long> outs(Set<LayerWeight> targets, List<LayerWeight> weights, List<Long> widths) {
        return IntStream.range(0, weights.size())
                .filter(i -> targets.contains(weights.get(i)))
                .mapToObj(widths::get)
                .toList();
    }

    /** One float per weight of the adapter. */
    long weights() {
        return parameters * FLOAT;
    }

    /** The factors packed for products, and those A of a site one below the other. */
    long packed() {
        long stacked = 0;
        long inLayer = 0;
        for (Site site : sites) {
            stacked = Math.max(stacked, low(site) * site.in * FLOAT);
            inLayer += panels(site.in, low(site));
            for (long out : site.outs) {
                inLayer += panels(rank, out);
            }
        }
        return stacked + layers * inLayer;
    }

    /** Low-rank rows of a pass without gradients. */
    long inference(long rows) {
        return rows * sites.stream().mapToLong(this::low).max().orElse(0) * FLOAT;
    }

    /** Low-rank rows and what is packed for gradients. */
    long training(long rows) {
        long right = 0;
        for (Site site : sites) {
            if (!site.outs.isEmpty()) {
                right = Math.max(right, Math.max(panels(rows, site.in), panels(low(site), site.in)));
            }
            for (long out : site.outs) {
                right = Math.max(right, panels(out, rank));
            }
        }
        return 2 * inference(rows) + right;
    }

    /** Factors of all linear layers of a site, side by side. */
    private long low(Site site) {
        return rank * site.outs.size();
    }

    private long panels(long rows, long columns) {
        return (columns + panel - 1) / panel * panel * rows * FLOAT;
    }
}
