"""Writes a Llama with random weights in bfloat16 as a GGUF file, for timing llama.cpp in the shapes of our benchmarks.

Usage: PYTHONPATH=llama.cpp/gguf-py python3 random_gguf.py S15|S135 model.gguf
"""

import sys

import gguf
import numpy as np

SHAPES = {
    # layers, hidden, intermediate, heads, key-value heads, vocabulary
    "S15": (6, 288, 768, 6, 6, 32000),
    "S135": (30, 576, 1536, 9, 3, 49152),
}

name, path = sys.argv[1:]
layers, hidden, intermediate, heads, key_value_heads, vocabulary = SHAPES[name]
head = hidden // heads
random = np.random.default_rng(7)
writer = gguf.GGUFWriter(path, "llama")
writer.add_block_count(layers)
writer.add_context_length(8192)
writer.add_embedding_length(hidden)
writer.add_feed_forward_length(intermediate)
writer.add_head_count(heads)
writer.add_head_count_kv(key_value_heads)
writer.add_layer_norm_rms_eps(1e-5)
writer.add_rope_dimension_count(head)
writer.add_vocab_size(vocabulary)
writer.add_tokenizer_model("none")
writer.add_file_type(gguf.LlamaFileType.MOSTLY_BF16)


def matrix(name, rows, columns):
    bits = (random.standard_normal((rows, columns), dtype=np.float32) * 0.02).view(np.uint32) >> 16
    writer.add_tensor(name, bits.astype(np.uint16).view(np.uint8), raw_dtype=gguf.GGMLQuantizationType.BF16)


def norm(name):
    writer.add_tensor(name, np.ones(hidden, np.float32))


matrix("token_embd.weight", vocabulary, hidden)
norm("output_norm.weight")
for layer in range(layers):
    block = f"blk.{layer}."
    norm(block + "attn_norm.weight")
    matrix(block + "attn_q.weight", heads * head, hidden)
    matrix(block + "attn_k.weight", key_value_heads * head, hidden)
    matrix(block + "attn_v.weight", key_value_heads * head, hidden)
    matrix(block + "attn_output.weight", hidden, heads * head)
    norm(block + "ffn_norm.weight")
    matrix(block + "ffn_gate.weight", intermediate, hidden)
    matrix(block + "ffn_up.weight", intermediate, hidden)
    matrix(block + "ffn_down.weight", hidden, intermediate)
writer.write_header_to_file()
writer.write_kv_data_to_file()
writer.write_tensors_to_file()
writer.close()
