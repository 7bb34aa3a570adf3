package org.rpt4j.spark;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.rpt4j.api.BackendOptions;
import org.rpt4j.api.Device;
import org.rpt4j.api.FrozenWeights;
import org.rpt4j.api.Precision;

/**
 * A model as an executor opens it. Equal models are the same model: an executor opens one once.
 *
 * @param owner id of the policy or scorer on the driver; its next weights have the same owner
 * @param role what it is opened for
 * @param backend name of the backend
 * @param options how the backend runs
 * @param files every file, by content
 * @param gguf name of the file that is the whole model, if it is one in the format GGUF
 * @param acceptedConfigKeys as in {@link org.rpt4j.api.ModelSource}
 * @param store where the files are
 */
record RemoteModel(
        String owner,
        ExecutorRole role,
        String backend,
        BackendOptions options,
        List<ModelFile> files,
        Optional<String> gguf,
        Set<String> acceptedConfigKeys,
        String store) {

    RemoteModel {
        files = List.copyOf(files);
        acceptedConfigKeys = Set.copyOf(acceptedConfigKeys);
    }

    boolean hasAdapter() {
        return files.stream().anyMatch(ModelFile::adapter);
    }

    void write(WireWriter to) {
        to.text(owner).name(role).text(backend);
        to.text(options.device().toString())
                .name(options.precision())
                .whole(options.threads())
                .flag(options.recomputeActivations())
                .whole(options.maxSequences())
                .name(options.frozenWeights())
                .name(options.moments())
                .flag(options.layerwiseUpdates());
        to.all(files, (wire, file) -> file.write(wire));
        to.text(gguf.orElse(""));
        to.all(acceptedConfigKeys, WireWriter::text);
        to.text(store);
    }

    static RemoteModel read(WireReader from) {
        String owner = from.text();
        ExecutorRole role = from.name(ExecutorRole.class);
        String backend = from.text();
        BackendOptions options = BackendOptions.builder()
                .device(Device.parse(from.text()))
                .precision(from.name(Precision.class))
                .threads(from.whole())
                .recomputeActivations(from.flag())
                .maxSequences(from.whole())
                .frozenWeights(from.name(FrozenWeights.class))
                .moments(from.name(Precision.class))
                .layerwiseUpdates(from.flag())
                .build();
        List<ModelFile> files = from.all(ModelFile::read);
        String gguf = from.text();
        Set<String> accepted = Set.copyOf(from.all(WireReader::text));
        return new RemoteModel(
                owner,
                role,
                backend,
                options,
                files,
                gguf.isEmpty() ? Optional.empty() : Optional.of(gguf),
                accepted,
                from.text());
    }
}
