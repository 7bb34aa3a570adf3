#!/bin/bash
# Builds the CUDA device of the engine on a machine with a GPU, and runs there: its tests, compute-sanitizer over them,
# and its benchmark. Needs nvcc, CMake, a C++ compiler and python3, no JDK; cuBLAS from the toolkit, or from the Python
# package of PyTorch. Stops after 8 minutes at most; the log of the benchmark then has what was measured.
#
#   check.sh [OUT]    OUT is a folder for the table, the JSON and the logs, by default cuda-check
set -u
cd "$(dirname "$0")"
SOURCE=$(cd ../cpp && pwd)
OUT=${1:-cuda-check}
mkdir -p "$OUT" && OUT=$(cd "$OUT" && pwd)
BUILD=$OUT/build
START=$SECONDS
MOST=470
FAILED=0

# Seconds that are left for a step that may take so many.
within() {
    local left=$((MOST - (SECONDS - START)))
    echo $(($1 < left ? $1 : left > 1 ? left : 1))
}

# Runs a step within its time and keeps its output: step NAME SECONDS COMMAND...
step() {
    local name=$1 limit began=$SECONDS
    limit=$(within "$2")
    shift 2
    if timeout "$limit" "$@" > "$OUT/$name.log" 2>&1; then
        echo "$name: passed ($((SECONDS - began)) s)"
    else
        echo "$name: FAILED with $? ($((SECONDS - began)) s), the end of $OUT/$name.log:"
        tail -n 15 "$OUT/$name.log"
        FAILED=1
        return 1
    fi
}

for tool in nvcc cmake python3 nvidia-smi; do
    command -v $tool > /dev/null || { echo "$tool was not found; check.sh needs it"; exit 2; }
done
nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader | tee "$OUT/device.txt"
nvcc --version | tail -n 2 | head -n 1

# cuBLAS may lie in a Python package alone.
FOUND=$(ldconfig -p 2> /dev/null | grep -m 1 -o '/.*libcublas.so.1[23]$')
[ -n "$FOUND" ] || FOUND=$(find -L "${CUDA_HOME:-/usr/local/cuda}" $(python3 -c 'import site; print(*site.getsitepackages())') \
    -name 'libcublas.so.1[23]' 2> /dev/null | head -n 1)
[ -n "$FOUND" ] || { echo "libcublas.so.13 and .12 were not found; check.sh needs one of them"; exit 2; }
export LD_LIBRARY_PATH=$(dirname "$FOUND"):${LD_LIBRARY_PATH:-}
echo "cuBLAS: $FOUND"

# Only the architecture at hand: less to compile.
ARCH=$(nvidia-smi --query-gpu=compute_cap --format=csv,noheader | head -n 1 | tr -d .)
GENERATOR=(); command -v ninja > /dev/null && GENERATOR=(-G Ninja)
step configure 60 cmake "${GENERATOR[@]}" -S "$SOURCE" -B "$BUILD" -DRPT4J_CUDA=ON -DCMAKE_CUDA_ARCHITECTURES="$ARCH" || exit 1
TESTS=$(cd "$SOURCE/test/cuda" && ls *_test.cpp | sed 's/\.cpp//; s/^/gpu_/')
step build 240 cmake --build "$BUILD" -j "$(nproc)" --target $TESTS gpu_benchmark || exit 1
grep -h "spill stores" "$OUT/build.log" | grep -v " 0 bytes spill stores" > "$OUT/spills.txt"
echo "kernels with spills: $(wc -l < "$OUT/spills.txt"); most registers: $(grep -oh 'Used [0-9]* registers' "$OUT/build.log" | sort -k 2 -n | tail -n 1)"

for test in $TESTS; do step "$test" 60 "$BUILD/$test"; done
if command -v compute-sanitizer > /dev/null; then
    for tool in memcheck racecheck synccheck; do
        step "$tool" 60 compute-sanitizer --tool $tool --error-exitcode 9 "$BUILD/gpu_benchmark" --tiny
    done
else
    echo "compute-sanitizer was not found; memcheck, racecheck and synccheck are left out"
fi

timeout "$(within $MOST)" "$BUILD/gpu_benchmark" --json > "$OUT/benchmark.json" 2> "$OUT/benchmark.log"
CODE=$?
[ $CODE = 0 ] || { echo "benchmark: FAILED with $CODE, the end of $OUT/benchmark.log:"; tail -n 15 "$OUT/benchmark.log"; FAILED=1; }
[ $CODE = 0 ] && python3 - "$OUT/benchmark.json" <<'TABLE'
import json, sys
print(f"{'what':44} {'value':>12} {'unit':10} of peak")
for row in json.load(open(sys.argv[1])):
    share = f"{100 * row['ofPeak']:.0f} %" if row["ofPeak"] > 0 else ""
    print(f"{row['what']:44} {row['value']:12.5g} {row['unit']:10} {share}")
TABLE
echo "$((SECONDS - START)) s in all; $([ $FAILED = 0 ] && echo "everything passed" || echo "SOMETHING FAILED")"
exit $FAILED
