#include <atomic>
#include <cmath>
#include <cstring>

#include "blocks.h"
#include "cpu_operations.h"
#include "rows.h"

namespace rpt {

namespace {

/** Whether bfloat16 loses nothing of n numbers. */
bool areNarrow(Pool& pool, const float* x, size_t n) {
    constexpr size_t STRETCH = 1 << 14;
    std::atomic<uint32_t> low{0};
    pool.run(static_cast<int>((n + STRETCH - 1) / STRETCH), [&](int i, int) {
        // The lower half of the bits of a bfloat16 is 0.
        uint32_t any = 0;
        for (size_t k = i * STRETCH; k < std::min(n, (i + 1) * STRETCH); k++) {
            uint32_t bits;
            std::memcpy(&bits, x + k, sizeof(bits));
            any |= bits & 0xffff;
        }
        low.fetch_or(any, std::memory_order_relaxed);
    });
    return low == 0;
}

/** Rows of 8-bit blocks in a model with such weights, or of bfloat16, if that loses nothing; otherwise of singles. */
class CpuEmbedding final : public KeptEmbedding {
public:
    CpuEmbedding(Compute& compute, const float* rows, int vocabulary, int hidden);

    void read(int token, float* x) const;

private:
    size_t blocks() const { return hidden_ / Blocks::SIZE; }
    char* row(int token) const { return block_.as<char>() + token * bytes_; }
    void keep(const Kernels& kernels, const float* from, char* to) const;

    enum class Form { WIDE, NARROW, BLOCKS };

    const size_t hidden_;
    Form form_;
    size_t bytes_;  // of a row
    Block block_;
};

CpuEmbedding::CpuEmbedding(Compute& compute, const float* rows, int vocabulary, int hidden) : hidden_(hidden) {
    bool isBlocks = compute.precision == Precision::INT8 && Blocks::hold(compute, rows, vocabulary, hidden);
    form_ = isBlocks                                                        ? Form::BLOCKS
            : areNarrow(compute.pool, rows, size_t(vocabulary) * hidden_) ? Form::NARROW
                                                                            : Form::WIDE;
    bytes_ = isBlocks ? blocks() * (Blocks::SIZE + sizeof(float))
                      : hidden_ * (form_ == Form::NARROW ? sizeof(bf16) : sizeof(float));
    block_.allocate(compute.budget, vocabulary * bytes_, "the embedding");
    eachRow(compute.pool, vocabulary, [&](int token) { keep(compute.kernels, rows + token * hidden_, row(token)); });
}

void CpuEmbedding::keep(const Kernels& kernels, const float* from, char* to) const {
    switch (form_) {
        case Form::BLOCKS:
            for (size_t b = 0; b < blocks(); b++) {
                float scale = Blocks::scaleOf(from + b * Blocks::SIZE);
                std::memcpy(to + b * sizeof(float), &scale, sizeof(scale));
                for (size_t i = b * Blocks::SIZE; i < (b + 1) * Blocks::SIZE; i++)
                    to[blocks() * sizeof(float) + i] =
                        static_cast<char>(scale == 0 ? 0 : static_cast<int>(std::nearbyint(from[i] / scale)));
            }
            return;
        case Form::NARROW:
            return kernels.toBf16(from, static_cast<int>(hidden_), reinterpret_cast<bf16*>(to));
        case Form::WIDE:
            std::memcpy(to, from, bytes_);
    }
}

void CpuEmbedding::read(int token, float* x) const {
    const char* from = row(token);
    switch (form_) {
        case Form::BLOCKS: {
            const int8_t* q = reinterpret_cast<const int8_t*>(from + blocks() * sizeof(float));
            for (size_t i = 0; i < hidden_; i++) {
                float scale;
                std::memcpy(&scale, from + i / Blocks::SIZE * sizeof(float), sizeof(scale));
                x[i] = scale * q[i];
            }
            return;
        }
        case Form::NARROW: {
            const bf16* narrow = reinterpret_cast<const bf16*>(from);
            for (size_t i = 0; i < hidden_; i++) {
                uint32_t bits = uint32_t(narrow[i]) << 16;
                std::memcpy(x + i, &bits, sizeof(bits));
            }
            return;
        }
        case Form::WIDE:
            std::memcpy(x, from, bytes_);
    }
}

/** Whether a head gives back every number of an embedding that has its weights. */
bool isKept(Pool& pool, const Matrix& head, const float* embedding) {
    switch (head.precision()) {
        case Precision::BF16:
            return areNarrow(pool, embedding, size_t(head.rows()) * head.columns());
        case Precision::INT8:
            return false;
        default:
            return true;
    }
}

}  // namespace

std::unique_ptr<KeptEmbedding> CpuOperations::keepEmbedding(const float* host, int vocabulary, int hidden,
                                                            const Matrix* head) {
    if (head && isKept(pool(), *head, host)) return nullptr;
    return std::make_unique<CpuEmbedding>(compute_, host, vocabulary, hidden);
}

void CpuOperations::embed(const BatchPlan& plan, const Embedding& embedding, float* x) {
    const int hidden = plan.config.hidden;
    const float factor = plan.config.embeddingScale;
    eachRow(pool(), plan.batch.rows(), [&](int index) {
        int token = plan.batch.tokens[index];
        float* row = x + size_t(index) * hidden;
        if (embedding.kept) static_cast<const CpuEmbedding*>(embedding.kept)->read(token, row);
        else if (embedding.head)
            static_cast<const PackedMatrix*>(embedding.head)->unpackRow(compute_.kernels, token, row);
        else std::memcpy(row, embedding.masters + size_t(token) * hidden, hidden * sizeof(float));
        if (factor != 1)
            for (int i = 0; i < hidden; i++) row[i] *= factor;
    });
}

}  // namespace rpt
