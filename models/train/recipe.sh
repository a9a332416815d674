#!/usr/bin/env bash
# The default model from its data, in one command:
#
#     recipe.sh DATA MPNET MINILM WORK
#
# DATA: the data sets; MPNET, MINILM: Hugging Face folders of the teachers' backbone and the model's own;
# WORK: everything that is made, the finished model in WORK/small. What is there already is not made again, and
# what was broken off goes on, so the same command is also how to resume.
#
# PYTHON (python3), THREADS (2), SENTENCES (30000: unlabelled ones for each teacher) and, for a trial run,
# TRAIN_FLAGS (such as "--limit 8") come from the environment.
set -euo pipefail
if [ $# -ne 4 ]; then
    sed -n '2,12s/^# \{0,1\}//p' "$0" >&2
    exit 2
fi
data=$(realpath "$1") mpnet=$(realpath "$2") minilm=$(realpath "$3")
mkdir -p "$4"
work=$(realpath "$4")
cd "$(dirname "$0")"
python=${PYTHON:-python3} threads=${THREADS:-2} sentences=${SENTENCES:-30000}

# train NAME PRODUCT FLAGS...: one model, unless its last file is there.
train() {
    local out="$work/$1" product="$1/$2" resume=()
    shift 2
    [ -f "$work/$product" ] && return
    [ -f "$out/checkpoint.pt" ] && resume=(--resume)
    # shellcheck disable=SC2086
    "$python" train.py --data "$data" --out "$out" --threads "$threads" "$@" "${resume[@]}" ${TRAIN_FLAGS:-}
}

# label NAME TEACHER FLAGS...: one file of labelled sentences.
label() {
    local name="$1" teacher="$2"
    shift 2
    "$python" label.py --data "$data" --backbone "$mpnet" --teacher "$work/$teacher/teacher.pt" \
        --out "$work/silver/$name.jsonl" --threads "$threads" "$@"
}

# A first model on the sets' own labels: it finds the actors in unlabelled text, and the last one begins as it.
train first config.json --backbone "$minilm" --mix small

train teacher-stance teacher.pt --backbone "$mpnet" --mix teacher-stance --lr 2.5e-5
train teacher-loaded-models teacher.pt --backbone "$mpnet" --mix teacher-loaded --lr 2.5e-5 --freeze 4
train teacher-loaded teacher.pt --backbone "$mpnet" --mix teacher-loaded-people --lr 1e-5 --freeze 4 \
    --init "$work/teacher-loaded-models/teacher.pt"

label loaded teacher-loaded --first "$sentences"
label stance teacher-stance --first "$sentences" --targets "$work/first/checkpoint.pt" --targets-backbone "$minilm"
label stance-train teacher-stance --source newsmtsc
label anno teacher-loaded --source anno-lexical

train distilled config.json --backbone "$minilm" --mix distilled --init "$work/first/checkpoint.pt" \
    --silver "$work"/silver/{loaded,stance,stance-train}.jsonl
train finish config.json --backbone "$minilm" --mix finish --seed 21 --init "$work/distilled/checkpoint.pt" \
    --silver "$work"/silver/{loaded,stance,stance-train,anno}.jsonl
train articles config.json --backbone "$minilm" --mix articles --seed 29 --lr 7e-5 \
    --init "$work/finish/checkpoint.pt" --silver "$work"/silver/{loaded,stance,stance-train}.jsonl

# Three fifths of the way between the last two.
if [ ! -f "$work/small/config.json" ]; then
    limit=$(sed -n 's/.*--limit \([0-9]*\).*/--limit \1/p' <<<"${TRAIN_FLAGS:-}")
    # shellcheck disable=SC2086
    "$python" merge.py --data "$data" --backbone "$minilm" --before "$work/finish/checkpoint.pt" \
        --after "$work/articles/checkpoint.pt" --out "$work/small" --threads "$threads" $limit
    # shellcheck disable=SC2086
    "$python" train.py --data "$data" --backbone "$minilm" --out "$work/small" --mix articles --seed 29 \
        --silver "$work/silver/loaded.jsonl" --threads "$threads" --export-only ${TRAIN_FLAGS:-}
fi
