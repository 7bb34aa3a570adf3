package org.rpt4j.model.format.gguf;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Hugging Face names of weights, from those that llama.cpp's converter gives them. Stateless. */
final class TensorNames {

    static final String EMBEDDING = "token_embd.weight";
    static final String HEAD = "output.weight";
    static final String ROTARY_FACTORS = "rope_freqs.weight";
    static final String QUERY_BIAS = "blk.0.attn_q.bias";

    private static final Pattern LAYER = Pattern.compile("blk\\.(\\d{1,6})\\.(.+)\\.(weight|bias)");
    private static final Map<String, String> OUTSIDE = Map.of(
            EMBEDDING, "model.embed_tokens.weight", "output_norm.weight", "model.norm.weight", HEAD, "lm_head.weight");
    private static final Map<String, String> OF_LAYER = Map.ofEntries(
            Map.entry("attn_norm", "input_layernorm"),
            Map.entry("attn_q", "self_attn.q_proj"),
            Map.entry("attn_k", "self_attn.k_proj"),
            Map.entry("attn_v", "self_attn.v_proj"),
            Map.entry("attn_q_norm", "self_attn.q_norm"),
            Map.entry("attn_k_norm", "self_attn.k_norm"),
            Map.entry("attn_output", "self_attn.o_proj"),
            Map.entry("ffn_norm", "post_attention_layernorm"),
            Map.entry("ffn_gate", "mlp.gate_proj"),
            Map.entry("ffn_up", "mlp.up_proj"),
            Map.entry("ffn_down", "mlp.down_proj"));
    private static final Map<String, String> BACK = inverse(OF_LAYER);

    private TensorNames() {}

    private static Map<String, String> inverse(Map<String, String> names) {
        Map<String, String> inverse = new HashMap<>();
        names.forEach((from, to) -> inverse.put(to, from));
        return Map.copyOf(inverse);
    }

    /** Returns the Hugging Face name; a name that is not known stays. */
    static String huggingFace(String name) {
        Matcher layer = LAYER.matcher(name);
        String within = layer.matches() ? OF_LAYER.get(layer.group(2)) : null;
        return within == null
                ? OUTSIDE.getOrDefault(name, name)
                : "model.layers." + layer.group(1) + "." + within + "." + layer.group(3);
    }

    /** Returns the name in a file; a name that is not known stays. */
    static String inFile(String huggingFace) {
        String[] parts = huggingFace.split("\\.", 4);
        if (parts.length == 4 && huggingFace.startsWith("model.layers.")) {
            int dot = parts[3].lastIndexOf('.');
            String within = dot < 0 ? null : BACK.get(parts[3].substring(0, dot));
            return within == null ? huggingFace : "blk." + parts[2] + "." + within + parts[3].substring(dot);
        }
        return OUTSIDE.entrySet().stream()
                .filter(entry -> entry.getValue().equals(huggingFace))
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(huggingFace);
    }

    /** Whether the rows of a weight, by its Hugging Face name, are those of query heads. */
    static boolean isQuery(String huggingFace) {
        return huggingFace.contains(".self_attn.q_proj.");
    }

    /** Whether the rows of a weight, by its Hugging Face name, are those of key heads. */
    static boolean isKey(String huggingFace) {
        return huggingFace.contains(".self_attn.k_proj.");
    }
}
