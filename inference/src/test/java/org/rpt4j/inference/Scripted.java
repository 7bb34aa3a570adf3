package org.rpt4j.inference;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.rpt4j.api.CounterRandom;
import org.rpt4j.api.ModelSource;
import org.rpt4j.core.pipeline.Reasoning;
import org.rpt4j.core.prompt.Instruction;
import org.rpt4j.core.tokenize.TinyTokenizers;
import org.rpt4j.core.tokenize.Tokenizer;

/**
 * A language of random texts and a model that thinks about them: after the marker of the assistant it writes some
 * thought, ends it, and boxes an answer that depends on the context. Some thoughts have no end or no box.
 */
final class Scripted implements AutoCloseable {

    static final int CONTEXT = 96;
    /** Ids 256 and 257. */
    private static final List<String> PIECES = List.of(" a", "\u00e9!");

    static final int USER = 258;
    static final int BOT = 259;
    static final int END = 260;
    static final int THINK_END = 261;
    private static final int VOCABULARY = 262;
    private static final byte[] PART_OF_A_CHARACTER = {(byte) 0xC3};

    /** What boxes hold; the last two are no text of whole tokens. */
    private static final List<byte[]> ANSWERS = List.of(
            utf8(" a"),
            utf8("b"),
            utf8(" a b"),
            utf8("<|end|>"),
            utf8("{x}"),
            utf8("\u00e9!"),
            utf8(""),
            PART_OF_A_CHARACTER);

    final Tokenizer tokenizer;
    final Reasoning reasoning;
    final ScriptedPolicy policy = new ScriptedPolicy(VOCABULARY, CONTEXT, this::logits);

    /** @param thoughtTokens that the prompt leaves room for */
    Scripted(Path folder, int thoughtTokens) {
        TinyTokenizers.byteLevel(folder, PIECES, List.of("<|user|>", "<|bot|>", "<|end|>", "</think>"));
        TinyTokenizers.put(folder, "config.json", """
                {"architectures": ["LlamaForCausalLM"], "vocab_size": %d, "hidden_size": 8, "intermediate_size": 8,
                 "num_hidden_layers": 1, "num_attention_heads": 1, "num_key_value_heads": 1, "head_dim": 8,
                 "max_position_embeddings": %d, "rms_norm_eps": 1e-5, "rope_theta": 10000, "hidden_act": "silu",
                 "tie_word_embeddings": true, "eos_token_id": [%d]}""".formatted(VOCABULARY, CONTEXT, END));
        TinyTokenizers.put(folder, "tokenizer_config.json", """
                {"eos_token": "<|end|>",
                 "chat_template": "<|user|>{{ messages[0]['content'] }}<|bot|>"}""");
        this.tokenizer = Tokenizer.open(folder);
        this.reasoning = Reasoning.of(
                ModelSource.directory(folder), tokenizer, new Instruction("next", "?{context}"), thoughtTokens);
    }

    Reasoner reasoner() {
        return Reasoner.of(policy, reasoning);
    }

    /** Peaked in some contexts and flat in others; inside a thought almost certain. */
    private float[] logits(int[] tokens) {
        int bot = -1;
        for (int i = 0; i < tokens.length; i++) {
            bot = tokens[i] == BOT ? i : bot;
        }
        long hash = hash(Arrays.copyOf(tokens, bot < 0 ? tokens.length : bot));
        long noise = hash(tokens);
        float[] logits = new float[VOCABULARY];
        double scale = bot < 0 ? 0.1 + CounterRandom.uniform(hash, 1, 0, 0, 0) * 6 : 1;
        for (int id = 0; id < VOCABULARY; id++) {
            logits[id] = (float) (scale * CounterRandom.uniform(noise, 2, 0, 0, id));
        }
        for (int id = 0; id < VOCABULARY; id++) {
            boolean printable = id >= ' ' && id < 127 || id >= 256 && id < USER || id == END;
            if (!printable) {
                logits[id] = bot < 0 ? -300 : -9;
            }
        }
        logits[END] -= 2;
        if (bot >= 0) {
            int[] script = script(hash);
            int at = tokens.length - bot - 1;
            logits[at < script.length ? script[at] : 'z'] = 9;
        }
        return logits;
    }

    private static int[] script(long hash) {
        int kind = CounterRandom.below(10, hash, 3);
        byte[] answer = ANSWERS.get(CounterRandom.below(ANSWERS.size(), hash, 4));
        String thought = "m".repeat(1 + CounterRandom.below(3, hash, 5));
        int[] end = kind == 0 ? new int[0] : new int[] {THINK_END};
        String box = kind == 1 ? "no" : "\\boxed{";
        return concat(bytes(utf8(thought)), end, bytes(utf8(box)), bytes(answer), bytes(utf8(kind == 2 ? "" : "}")));
    }

    private static long hash(int[] tokens) {
        return CounterRandom.bits(Arrays.stream(tokens).asLongStream().toArray());
    }

    private static int[] concat(int[]... parts) {
        return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
    }

    private static int[] bytes(byte[] bytes) {
        int[] ids = new int[bytes.length];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = bytes[i] & 0xFF;
        }
        return ids;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
