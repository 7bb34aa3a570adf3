// Times what a proxy does with llama.cpp: all logits of a text, and the entropy of each position.
// Usage: score model.gguf threads tokens repeats

#include <llama.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fprintf(stderr, "usage: score model.gguf threads tokens repeats\n");
        return 2;
    }
    int threads = std::atoi(argv[2]), tokens = std::atoi(argv[3]), repeats = std::atoi(argv[4]);
    llama_log_set([](ggml_log_level, const char*, void*) {}, nullptr);
    llama_backend_init();
    llama_model* model = llama_model_load_from_file(argv[1], llama_model_default_params());
    if (model == nullptr) return 1;
    llama_context_params options = llama_context_default_params();
    options.n_ctx = tokens;
    options.n_batch = options.n_ubatch = tokens;
    options.n_threads = options.n_threads_batch = threads;
    llama_context* context = llama_init_from_model(model, options);
    if (context == nullptr) return 1;
    int vocabulary = llama_vocab_n_tokens(llama_model_get_vocab(model));

    llama_batch batch = llama_batch_init(tokens, 0, 1);
    batch.n_tokens = tokens;
    for (int i = 0; i < tokens; i++) {
        batch.token[i] = (i * 7919) % vocabulary;
        batch.pos[i] = i;
        batch.n_seq_id[i] = 1;
        batch.seq_id[i][0] = 0;
        batch.logits[i] = true;
    }
    std::vector<double> seconds;
    double sum = 0;
    for (int repeat = 0; repeat <= repeats; repeat++) {
        auto start = std::chrono::steady_clock::now();
        llama_memory_clear(llama_get_memory(context), true);
        if (llama_decode(context, batch) != 0) return 1;
        for (int i = 0; i < tokens; i++) {
            const float* logits = llama_get_logits_ith(context, i);
            float largest = *std::max_element(logits, logits + vocabulary);
            float total = 0, weighted = 0;
            for (int v = 0; v < vocabulary; v++) {
                float p = std::exp(logits[v] - largest);
                total += p;
                weighted += p * (logits[v] - largest);
            }
            sum += std::log(total) - weighted / total;
        }
        double time = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
        if (repeat > 0) seconds.push_back(time);
    }
    std::sort(seconds.begin(), seconds.end());
    std::printf("{\"scoring\": %d, \"tokens_per_second\": %.1f, \"mean_entropy\": %.4f}\n", tokens,
                tokens / seconds[seconds.size() / 2], sum / (repeats + 1) / tokens);
    llama_batch_free(batch);
    llama_free(context);
    llama_model_free(model);
    return 0;
}
