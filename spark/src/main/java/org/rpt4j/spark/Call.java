package org.rpt4j.spark;

import java.util.Set;
import org.rpt4j.api.error.BackendUnavailableException;

/**
 * What the tasks of one job have in common.
 *
 * @param number of the call, in the order of this driver
 * @param owners ids of the policies and scorers that are open on the driver
 * @param idleSeconds after which an executor closes a model that nobody uses
 * @param model the model to compute with
 * @param operation what to compute
 */
record Call(long number, Set<String> owners, int idleSeconds, RemoteModel model, Operation operation) {

    /** Changes with the format of anything that travels. */
    private static final int PROTOCOL = 2;

    Call {
        owners = Set.copyOf(owners);
    }

    byte[] bytes() {
        WireWriter wire = new WireWriter();
        wire.whole(PROTOCOL).wholeLong(number).all(owners, WireWriter::text).whole(idleSeconds);
        model.write(wire);
        operation.write(wire);
        return wire.bytes();
    }

    /** @throws BackendUnavailableException if the driver has another version of rpt4j */
    static Call read(byte[] bytes) {
        WireReader wire = new WireReader(bytes);
        int protocol = wire.whole();
        if (protocol != PROTOCOL) {
            throw new BackendUnavailableException("the driver speaks version " + protocol + " of the protocol of"
                    + " rpt4j-spark, this executor version " + PROTOCOL
                    + ". Use the same version of rpt4j on the driver and on every executor.");
        }
        return new Call(
                wire.wholeLong(),
                Set.copyOf(wire.all(WireReader::text)),
                wire.whole(),
                RemoteModel.read(wire),
                Operation.read(wire));
    }
}
