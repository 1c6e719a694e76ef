#!/usr/bin/env python3
"""Grows a corpus, and tells how the time of queries grows with it.

    growth.py part N < words.tsv > part.tsv
    growth.py copies N < words.tsv > grown.tsv
    growth.py report FIGURE.svg 1=query.tsv 3=query.tsv ... > table

`part` writes the lines of N reports of each ten. `copies` writes the lines `id, title, year, words` and N - 1 copies of them with titles of their
own. A paragraph of a copy is the head of one paragraph and the tail of another, both drawn: so the
words are as frequent and as clustered as they were, but no paragraph is there twice and scores do
not tie. The same for the same input. `report` reads what `wybench -t` wrote for each size.
"""
import math
import random
import sys

SEED = 1954
CLASSES = ("term_high", "term_mid", "term_low", "and2_high", "and2_mid", "and3", "or2", "or5",
           "or10", "phrase2", "phrase3", "phrase5")
COLOURS = {"term": "#2f6f9f", "and": "#b5502b", "or": "#3c8a4e", "phrase": "#7b559c"}


def part(count):
    report_number, last = 0, None
    for line in sys.stdin:
        title = line.split("\t", 2)[1]
        if title != last:
            last = title
            report_number += 1
        if report_number % 10 < count:
            sys.stdout.write(line)


def copies(count):
    lines = [line.rstrip("\n").split("\t", 3) for line in sys.stdin]
    for line in lines:
        print("\t".join(line))
    texts = [line[3].split(" ") for line in lines]
    draw = random.Random(SEED)
    for copy in range(1, count):
        for (name, title, year, _), words in zip(lines, texts):
            other = texts[draw.randrange(len(texts))]
            cut = draw.randrange(len(words) + 1)
            rest = other[len(other) * cut // max(len(words), 1):]
            print(f"{name}.{copy}\t{title} {copy}\t{year}\t{' '.join(words[:cut] + rest)}")


def read_times(path):
    """Class -> mean over its queries of the least time of a TOP10, in microseconds."""
    times = {}
    with open(path, encoding="utf-8") as file:
        next(file)
        for line in file:
            name, _, mode, least = line.split("\t")[:4]
            if mode == "TOP10":
                times.setdefault(name, []).append(int(least) / 1000)
    return {name: sum(list_) / len(list_) for name, list_ in times.items()}


def mean(ratios):
    return math.exp(sum(map(math.log, ratios)) / len(ratios))


def draw_figure(path, sizes, growth):
    """Time over size, both times those of the smallest corpus, both axes logarithmic."""
    left, top, width, height = 50, 20, 380, 300
    most = max(sizes)

    def x_of(size):
        return left + width * math.log(size) / math.log(most)

    def y_of(times):
        return top + height * (1 - math.log(max(times, 1)) / math.log(most))

    def path_of(values):
        return " ".join(f"{'L' if i else 'M'}{x_of(s):.1f} {y_of(v):.1f}"
                        for i, (s, v) in enumerate(zip(sizes, values)))

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 560 370" '
           'font-family="sans-serif" font-size="11">',
           '<rect width="560" height="370" fill="white"/>']
    for size in sizes:
        out.append(f'<path d="M{x_of(size):.1f} {top}V{top + height}" stroke="#ddd"/>'
                   f'<text x="{x_of(size):.1f}" y="{top + height + 16}" '
                   f'text-anchor="middle">{size} x</text>')
    for times in (1, 2, 5, 10, 20):
        out.append(f'<path d="M{left} {y_of(times):.1f}H{left + width}" stroke="#ddd"/>'
                   f'<text x="{left - 6}" y="{y_of(times) + 4:.1f}" '
                   f'text-anchor="end">{times} x</text>')
    out.append(f'<path d="{path_of(sizes)}" stroke="black" stroke-dasharray="5 4" fill="none"/>')
    labels = [(sizes[-1], "as the corpus", "black")]
    for name, values in growth.items():
        colour = COLOURS[name.split("_")[0].rstrip("0123456789")]
        out.append(f'<path d="{path_of(values)}" stroke="{colour}" stroke-width="1.6" '
                   'fill="none"/>')
        labels.append((values[-1], name, colour))
    last = 0
    for value, name, colour in sorted(labels, reverse=True):
        last = max(y_of(value) + 4, last + 12)
        out.append(f'<text x="{left + width + 8}" y="{last:.1f}" fill="{colour}">{name} '
                   f'{value:.1f}</text>')
    out.append(f'<text x="{left + width / 2}" y="{top + height + 36}" text-anchor="middle">'
               'size of the corpus; up: time of a TOP10</text></svg>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(out) + "\n")


def report(figure, arguments):
    parts = [argument.split("=", 1) for argument in arguments]
    sizes = [int(size) for size, _ in parts]
    times = [read_times(path) for _, path in parts]
    growth = {name: [t[name] / times[0][name] for t in times] for name in CLASSES
              if name in times[0]}
    print("TOP10, us a query (mean of minima), and that over the first")
    print("class      " + "".join(f"{f'{size} x':>18}" for size in sizes))
    for name, ratios in growth.items():
        print(f"{name:<11}" + "".join(f"{t[name]:>10.1f} {ratio:>6.2f} "
                                      for t, ratio in zip(times, ratios)))
    means = [mean([ratios[i] for ratios in growth.values()]) for i in range(len(sizes))]
    print(f"{'geom. mean':<11}" + "".join(f"{'':>10} {m:>6.2f} " for m in means))
    draw_figure(figure, sizes, growth)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "part":
        part(int(sys.argv[2]))
    elif len(sys.argv) == 3 and sys.argv[1] == "copies":
        copies(int(sys.argv[2]))
    elif len(sys.argv) > 3 and sys.argv[1] == "report":
        report(sys.argv[2], sys.argv[3:])
    else:
        sys.exit(__doc__)


main()
