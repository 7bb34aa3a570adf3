package org.rpt4j.samples.examples;

import org.rpt4j.spi.BackendProvider;
import org.rpt4j.tck.BackendContract;

/** The rules B of the contract: all that a vendor writes to be tested. Rolled dice break every rule about numbers. */
class OwnBackendContractTest extends BackendContract {

    @Override
    protected BackendProvider provider() {
        return new OwnBackend();
    }
}
