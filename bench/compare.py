#!/usr/bin/env python3
"""Puts what bench/run.sh measured side by side.

    compare.py FOLDER

FOLDER has, for each engine E (wenyuan, lucene) and round R: query.E.R.tsv (as wybench -t writes),
E.dump (as wybench -d writes) and lucene-fine.dump, index.E.tN.R.tsv (figures of indexing with N
threads), index.lucene-speed.tsv, and tool.tsv (analyzer, threads, bytes, seconds, user seconds of
each run of the tool). Prints the tables, writes cells.tsv, sizes.tsv and rates.tsv
into FOLDER, and exits with 1 where the engines do not agree.
"""
import csv
import math
import re
import statistics
import sys
from pathlib import Path

ENGINES = ("wenyuan", "lucene")
MODES = ("COUNT", "TOP10", "TOP10_COUNT")

# Between Wenyuan and Lucene with Wenyuan's lengths. A word's part is rounded to 2^-16 on our side,
# at most 10 words are in a query, and Lucene's floats have 24 bits: 10 * 2^-17 + 2^-17, and 10^-5
# for what the dumps leave off.
TOLERANCE = 2e-4

# Our kinds of file, and Lucene's that hold the same.
KINDS = (
    ("documents + frequencies", ("postings",), ("postings",)),
    ("positions", ("positions",), ("positions",)),
    ("lengths, years, reports", ("columns",), ("lengths",)),
    ("terms", ("terms",), ("terms",)),
    ("sum of these", ("postings", "positions", "columns", "terms"),
     ("postings", "positions", "lengths", "terms")),
    ("stored text", ("text", "reports"), ("stored",)),
    ("ids of paragraphs", (), ("ids",)),
    ("everything", ("all",), ("all",)),
)


def read_times(folder, engine):
    """{(class, query, mode): (minimum, median)} in us: over rounds, the least minimum and the
    median of medians."""
    times = {}
    for path in sorted(folder.glob(f"query.{engine}.*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
                key = row["class"], row["query"], row["mode"]
                times.setdefault(key, []).append((int(row["minimum_ns"]), int(row["median_ns"])))
    return {key: (min(t[0] for t in list_) / 1000, statistics.median(t[1] for t in list_) / 1000)
            for key, list_ in times.items()}


def mean_of(times, class_name, mode, which):
    return statistics.fmean(t[which] for (c, _, m), t in times.items()
                            if c == class_name and m == mode)


def geometric_mean(values):
    return math.exp(statistics.fmean(math.log(v) for v in values))


def tell_times(folder):
    times = {engine: read_times(folder, engine) for engine in ENGINES}
    ours, theirs = (times[e] for e in ENGINES)
    if ours.keys() != theirs.keys():
        sys.exit("compare.py: the engines were not asked the same queries")
    classes = list(dict.fromkeys(c for c, _, _ in ours))
    ratios, least_ratios = [], []
    print("Time, us a query: mean over the queries of a class of each query's median")
    print(f"{'':12}" + "".join(f"| {mode:^26} " for mode in MODES))
    print(f"{'class':12}" + "| wenyuan   lucene    ratio " * len(MODES))
    with (folder / "cells.tsv").open("w", encoding="utf-8") as out:
        out.write("class\tmode\twenyuan_median_us\tlucene_median_us\tratio\t"
                  "wenyuan_minimum_us\tlucene_minimum_us\n")
        for name in classes:
            line = f"{name:12}"
            for mode in MODES:
                a, b = mean_of(ours, name, mode, 1), mean_of(theirs, name, mode, 1)
                least = mean_of(ours, name, mode, 0), mean_of(theirs, name, mode, 0)
                ratios.append(a / b)
                least_ratios.append(least[0] / least[1])
                mark = " " if a <= b / 2 else "*"
                line += f"|{a:8.1f} {b:8.1f} {a / b:8.2f}{mark}"
                out.write(f"{name}\t{mode}\t{a:.3f}\t{b:.3f}\t{a / b:.4f}\t{least[0]:.3f}\t"
                          f"{least[1]:.3f}\n")
            print(line)
    below = sum(r <= 0.5 for r in ratios)
    print(f"{below} of {len(ratios)} cells at most half of Lucene's (* marks the others); "
          f"the worst {max(ratios):.2f}; geometric mean {geometric_mean(ratios):.3f} "
          f"(of minima {geometric_mean(least_ratios):.3f})\n")


def read_figures(paths):
    """Figures of several runs: {name: [values]}."""
    figures = {}
    for path in paths:
        for line in path.read_text(encoding="utf-8").splitlines():
            name, value = line.split("\t")
            figures.setdefault(name, []).append(value)
    return figures


def sum_sizes(figures, kinds):
    return sum(int(figures.get("bytes_" + kind, ["0"])[-1]) for kind in kinds)


def tell_sizes(folder):
    ours, theirs = (read_figures(sorted(folder.glob(f"index.{e}.t1.*.tsv"))) for e in ENGINES)
    rows = [(what, sum_sizes(ours, a), sum_sizes(theirs, b)) for what, a, b in KINDS]
    speed = read_figures([folder / "index.lucene-speed.tsv"])
    rows.append(("stored text, best speed", 0, sum_sizes(speed, ("stored",))))
    text = int(ours["text_bytes"][-1])
    print(f"Size, MB ({ours['engine'][-1]}; {theirs['engine'][-1]}; {ours['paragraphs'][-1]} "
          f"paragraphs, {ours['postings'][-1]} postings, {ours['terms'][-1]} terms, "
          f"{text / 1e6:.2f} MB of words)")
    with (folder / "sizes.tsv").open("w", encoding="utf-8") as out:
        out.write("what\twenyuan_bytes\tlucene_bytes\n")
        for what, a, b in rows:
            ratio = f"{a / b:6.2f}" if a and b else ""
            print(f"{what:26} {a / 1e6:9.2f} {b / 1e6:9.2f} {ratio}")
            out.write(f"{what}\t{a}\t{b}\n")
    print()


def tell_rates(folder):
    threads = sorted({int(re.search(r"\.t(\d+)\.", p.name)[1])
                      for p in folder.glob("index.wenyuan.t*.tsv")})
    print("Indexing from words, MB/s of words: median (best); peak memory, MB")
    with (folder / "rates.tsv").open("w", encoding="utf-8") as out:
        out.write("engine\tthreads\tmedian_seconds\tbest_seconds\tfirst_seconds\ttext_bytes\t"
                  "peak_memory_bytes\n")
        for n in threads:
            rates = []
            line = f"{n} thread{'s' if n > 1 else ' '}  "
            for engine in ENGINES:
                f = read_figures(sorted(folder.glob(f"index.{engine}.t{n}.*.tsv")))
                median = statistics.median(map(float, f["seconds_median"]))
                best = min(map(float, f["seconds_best"]))
                first = statistics.median(map(float, f["seconds_first"]))
                size, peak = int(f["text_bytes"][-1]), max(map(int, f["peak_memory_bytes"]))
                rates.append(size / median / 1e6)
                line += (f"| {engine} {rates[-1]:7.2f} ({size / best / 1e6:7.2f}) "
                         f"{peak / 1e6:6.0f} MB ")
                out.write(f"{engine}\t{n}\t{median}\t{best}\t{first}\t{size}\t{peak}\n")
            print(f"{line}| ratio of medians {rates[0] / rates[1]:.2f}")
    print()


def tell_tool(folder):
    """What `wenyuan index` takes from JSON Lines to the end of the commit."""
    runs = {}
    for line in (folder / "tool.tsv").read_text(encoding="utf-8").splitlines():
        analyzer, threads, size, *seconds = line.split("\t")
        runs.setdefault((analyzer, int(threads), int(size)), []).append(tuple(map(float, seconds)))
    print("wenyuan index, from JSON Lines: MB/s of text (of words, with analyzer whitespace), median"
          " (best); the same by user time")
    for (analyzer, threads, size), seconds in sorted(runs.items()):
        elapsed, user = zip(*seconds)
        line = f"{analyzer:10} {threads} thread{'s' if threads > 1 else ' '}  "
        for times in elapsed, user:
            line += (f"| {size / statistics.median(times) / 1e6:7.2f} "
                     f"({size / min(times) / 1e6:7.2f}) ")
        print(line)
    print()


def read_dump(path):
    """[(class, query, count, [(id, score)])]"""
    answers = []
    for line in path.read_text(encoding="utf-8").splitlines():
        name, query, count, *hits = line.split("\t")
        pairs = [hit.rpartition(":") for hit in hits]
        answers.append((name, query, int(count), [(i, float(score)) for i, _, score in pairs]))
    return answers


def hits_differ(ours, theirs):
    """What is wrong with the ten best, or None. Which of equals is last, and in what order equals
    stand, is each engine's own choice."""
    for (_, a), (_, b) in zip(ours, theirs):
        if abs(a - b) > TOLERANCE:
            return f"scores {a} and {b}"
    place = {i: rank for rank, (i, _) in enumerate(theirs)}
    last = ours[-1][1] if ours else 0
    for rank, (i, score) in enumerate(ours):
        if score <= last + 2 * TOLERANCE and len(ours) == 10:
            break
        if i not in place:
            return f"{i} is missing"
        if abs(theirs[place[i]][1] - score) > TOLERANCE:
            return f"{i} has another score"
    return None


def tell_agreement(folder):
    ours = read_dump(folder / "wenyuan.dump")
    plain = read_dump(folder / "lucene.dump")
    fine = read_dump(folder / "lucene-fine.dump")
    problems, worst, worst_plain, worst_share, far = [], 0.0, 0.0, 0.0, 0
    if not len(ours) == len(plain) == len(fine):
        sys.exit("compare.py: the dumps have not the same queries")
    for a, b, c in zip(ours, plain, fine):
        name, query, count, hits = a
        if a[:2] != b[:2] or a[:2] != c[:2]:
            sys.exit("compare.py: the dumps have not the same queries")
        if not count == b[2] == c[2] or not len(hits) == len(b[3]) == len(c[3]):
            problems.append(f"{name} {query}: counts {count} and {b[2]} ({c[2]})")
            continue
        wrong = hits_differ(hits, c[3])
        if wrong:
            problems.append(f"{name} {query}: {wrong}")
        gaps = [abs(x[1] - y[1]) for x, y in zip(hits, b[3])]
        worst = max([worst] + [abs(x[1] - y[1]) for x, y in zip(hits, c[3])])
        worst_plain = max([worst_plain] + gaps)
        worst_share = max([worst_share] + [g / x[1] for g, x in zip(gaps, hits)])
        far += max(gaps, default=0) > 1e-3
    print(f"Agreement over {len(ours)} queries: {len(problems)} disagree in count, scores or "
          f"paragraphs.\nScores of the ten best differ by at most {worst:.5f} from Lucene with "
          f"our lengths (allowed {TOLERANCE}),\nand by at most {worst_plain:.5f} or "
          f"{worst_share:.1%} from Lucene as it is, whose lengths are coarser ({far} queries by "
          "more than 0.001).")
    for problem in problems[:20]:
        print("  " + problem)
    return not problems and bool(ours)


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: compare.py FOLDER")
    folder = Path(sys.argv[1])
    tell_times(folder)
    tell_sizes(folder)
    tell_rates(folder)
    tell_tool(folder)
    sys.exit(0 if tell_agreement(folder) else 1)


main()
