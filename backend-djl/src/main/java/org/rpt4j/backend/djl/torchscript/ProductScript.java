package org.rpt4j.backend.djl.torchscript;

/** Generates a TorchScript program that multiplies a matrix by itself, for measurements. */
public final class ProductScript {

    private ProductScript() {}

    /**
     * Returns the archive. {@code cast} converts a matrix to the type that {@code dims} names; {@code product} returns
     * one element of its product with itself, in 32 bits.
     */
    public static byte[] archive() {
        return TorchScriptArchive.of("Product", """
                class Product(Module):
                  __parameters__ = []
                  __buffers__ = []
                  training : bool
                  def cast(self: __torch__.Product, dims: Tensor, x: Tensor) -> Tensor:
                    return torch.to(x, int(dims[0]))
                  def product(self: __torch__.Product, dims: Tensor, x: Tensor) -> Tensor:
                    return torch.to(torch.narrow(torch.select(torch.matmul(x, x), 0, 0), 0, 0, 1), 6)
                """);
    }
}
