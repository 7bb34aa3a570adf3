// Kernels over single rows. Sums run in lanes and are folded in the order of the lanes.

namespace {

/** Calls step(offset, count) for every whole vector and the rest. */
template <class Step>
inline void eachVector(int n, Step step) {
    int i = 0;
    for (; i + LANES <= n; i += LANES) step(i, LANES);
    if (i < n) step(i, n - i);
}

inline Vec get(const float* p, int count, float rest = 0) {
    return count == LANES ? load(p) : loadPart(p, count, rest);
}
inline void put(float* p, Vec v, int count) {
    if (count == LANES) store(p, v);
    else storePart(p, v, count);
}

float dot(const float* x, const float* y, int n) {
    Vec sum{};
    eachVector(n, [&](int i, int count) { sum += get(x + i, count) * get(y + i, count); });
    return sumLanes(sum);
}

double sumOfSquares(const float* x, int n) {
    DVec sum{};
    eachVector(n, [&](int i, int count) {
        DVec wide = __builtin_convertvector(get(x + i, count), DVec);
        sum += wide * wide;
    });
    double total = 0;
    for (int i = 0; i < LANES; i++) total += sum[i];
    return total;
}

inline float inverseRoot(const float* x, int n, float epsilon) {
    return 1.0f / __builtin_sqrtf(dot(x, x, n) / n + epsilon);
}

void rmsNorm(const float* x, const float* w, float added, int n, float epsilon, float* y) {
    Vec scale = spread(inverseRoot(x, n, epsilon)), more = spread(added);
    eachVector(n, [&](int i, int count) { put(y + i, (get(w + i, count) + more) * get(x + i, count) * scale, count); });
}

void rmsNormBackward(const float* x, const float* w, float added, const float* dy, int n, float epsilon, float* dx,
                     float* dw) {
    float scale = inverseRoot(x, n, epsilon);
    Vec along{}, more = spread(added);
    eachVector(n,
               [&](int i, int count) { along += get(dy + i, count) * (get(w + i, count) + more) * get(x + i, count); });
    Vec back = spread(sumLanes(along) * scale * scale * scale / n);
    Vec scales = spread(scale);
    eachVector(n, [&](int i, int count) {
        Vec xi = get(x + i, count), dyi = get(dy + i, count);
        put(dw + i, get(dw + i, count) + dyi * xi * scales, count);
        put(dx + i, get(dx + i, count) + dyi * (get(w + i, count) + more) * scales - xi * back, count);
    });
}

void rotate(float* head, const float* cosine, const float* sine, int size) {
    int half = size / 2;
    eachVector(half, [&](int i, int count) {
        Vec first = get(head + i, count), second = get(head + half + i, count);
        Vec c = get(cosine + i, count), s = get(sine + i, count);
        put(head + i, first * c - second * s, count);
        put(head + half + i, second * c + first * s, count);
    });
}

inline Vec sigmoid(Vec x) {
    return spread(1.0f) / (spread(1.0f) + expVec(-x));
}

void siluMul(const float* gate, const float* up, int n, float* h) {
    eachVector(n, [&](int i, int count) {
        Vec g = get(gate + i, count);
        put(h + i, g * sigmoid(g) * get(up + i, count), count);
    });
}

void siluMulBackward(const float* gate, const float* up, const float* dh, int n, float* dGate, float* dUp) {
    eachVector(n, [&](int i, int count) {
        Vec g = get(gate + i, count), u = get(up + i, count), d = get(dh + i, count), s = sigmoid(g);
        put(dUp + i, d * g * s, count);
        put(dGate + i, d * u * s * (spread(1.0f) + g * (spread(1.0f) - s)), count);
    });
}

constexpr float GELU_SLOPE = 1.5957691216057308f;  // 2 sqrt(2 / pi)
constexpr float GELU_CUBIC = 0.044715f;

inline Vec geluGate(Vec x) {
    return sigmoid(spread(GELU_SLOPE) * (x + spread(GELU_CUBIC) * x * x * x));
}

void geluMul(const float* gate, const float* up, int n, float* h) {
    eachVector(n, [&](int i, int count) {
        Vec g = get(gate + i, count);
        put(h + i, g * geluGate(g) * get(up + i, count), count);
    });
}

void geluMulBackward(const float* gate, const float* up, const float* dh, int n, float* dGate, float* dUp) {
    eachVector(n, [&](int i, int count) {
        Vec g = get(gate + i, count), u = get(up + i, count), d = get(dh + i, count), s = geluGate(g);
        Vec slope = spread(GELU_SLOPE) * (spread(1.0f) + spread(3 * GELU_CUBIC) * g * g);
        put(dUp + i, d * g * s, count);
        put(dGate + i, d * u * s * (spread(1.0f) + g * (spread(1.0f) - s) * slope), count);
    });
}

float maxOf(const float* x, int n) {
    Vec most = spread(-__builtin_inff());
    eachVector(n, [&](int i, int count) { most = larger(get(x + i, count, -__builtin_inff()), most); });
    return maxLanes(most);
}

void expShifted(float* p, int n, float scale, float shift) {
    eachVector(n,
               [&](int i, int count) { put(p + i, expVec(get(p + i, count) * spread(scale) - spread(shift)), count); });
}

float expSum(const float* x, int n, float max, float scale) {
    Vec sum{};
    eachVector(n, [&](int i, int count) {
        sum += expVec((get(x + i, count, -__builtin_inff()) - spread(max)) * spread(scale));
    });
    return sumLanes(sum);
}

void axpy(float a, const float* x, int n, float* y) {
    Vec factor = spread(a);
    eachVector(n, [&](int i, int count) { put(y + i, get(y + i, count) + factor * get(x + i, count), count); });
}

/** One update of `count` weights: the new weights, and the new moments in place of the old. */
inline Vec adamStep(Vec weight, Vec g, Vec& first, Vec& second, const AdamStep& s) {
    Vec gradient = g * spread(s.gradientScale);
    first = spread(s.beta1) * first + spread(s.rest1) * gradient;
    second = spread(s.beta2) * second + spread(s.rest2) * gradient * gradient;
    Vec corrected = second * spread(s.secondCorrection);
    Vec root;
    for (int j = 0; j < LANES; j++) root[j] = __builtin_sqrtf(corrected[j]);
    Vec direction = first * spread(s.firstCorrection) / (root + spread(s.epsilon));
    return weight - spread(s.rate) * (spread(s.decay) * weight + direction);
}

void adamw(float* w, const float* g, float* m, float* v, int n, const AdamStep& s) {
    eachVector(n, [&](int i, int count) {
        Vec first = get(m + i, count), second = get(v + i, count);
        put(w + i, adamStep(get(w + i, count), get(g + i, count), first, second, s), count);
        put(m + i, first, count);
        put(v + i, second, count);
    });
}

/** Random bits of each lane: the finaliser of MurmurHash3 over an index and a key. */
inline UVec randomBits(uint32_t index, uint32_t key) {
    UVec x;
    for (int j = 0; j < LANES; j++) x[j] = index + j;
    x = (x ^ key) * 0x9E3779B1u;
    x = (x ^ (x >> 16)) * 0x85EBCA6Bu;
    x = (x ^ (x >> 13)) * 0xC2B2AE35u;
    return x ^ (x >> 16);
}

inline Vec widen(const bf16* p, int count) {
    HVec half{};
    __builtin_memcpy(&half, p, count * sizeof(bf16));
    return (Vec)(__builtin_convertvector(half, UVec) << 16);
}

inline void putBits(bf16* p, UVec bits, int count) {
    HVec half = __builtin_convertvector(bits, HVec);
    __builtin_memcpy(p, &half, count * sizeof(bf16));
}

void adamwBf16(float* w, const float* g, bf16* m, bf16* v, int n, const AdamStep& s, uint32_t key) {
    eachVector(n, [&](int i, int count) {
        if (count < 1 || count > LANES) __builtin_unreachable();
        Vec first = widen(m + i, count), second = widen(v + i, count);
        put(w + i, adamStep(get(w + i, count), get(g + i, count), first, second, s), count);
        UVec random = randomBits(static_cast<uint32_t>(i), key);
        putBits(m + i, ((UVec)first + (random & 0xffffu)) >> 16, count);
        putBits(v + i, ((UVec)second + (random >> 16)) >> 16, count);
    });
}

}  // namespace
