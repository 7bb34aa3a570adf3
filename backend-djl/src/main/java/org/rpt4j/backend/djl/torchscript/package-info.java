/**
 * For maintainers of the backend: the TorchScript source of a decoder and the archive that libtorch loads. Plain text
 * generation; independent of DJL.
 */
@NullMarked
package org.rpt4j.backend.djl.torchscript;

import org.jspecify.annotations.NullMarked;
