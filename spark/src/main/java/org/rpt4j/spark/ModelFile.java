package org.rpt4j.spark;

/**
 * A file of a model, named by its content.
 *
 * @param adapter whether it is the adapter's, else the checkpoint's
 * @param name its file name in the directory of the model or the adapter
 * @param sha256 hash of its content in hexadecimal digits
 * @param bytes its size
 */
record ModelFile(boolean adapter, String name, String sha256, long bytes) {

    void write(WireWriter to) {
        to.flag(adapter).text(name).text(sha256).wholeLong(bytes);
    }

    static ModelFile read(WireReader from) {
        return new ModelFile(from.flag(), from.text(), from.text(), from.wholeLong());
    }
}
