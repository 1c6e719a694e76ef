#!/usr/bin/env python3
"""What quoted texts cost beside the phrases of their words.

  exact.py draw SEED < text.tsv > exact.queries   draws the queries from lines `id⇥title⇥year⇥text`
  exact.py report EXACT PHRASE [RUNS]             what wybench -t wrote, without and with -P, and
                                                  over an index that knows punctuation; each one
                                                  file or several with commas between, the rounds

Three classes, a line `class⇥"text"` each: query_terms, the hundred words below; query_han, 1000
random parts of 2 to 6 Chinese characters; query_any, 1000 random parts of 2 to 6 characters of any
kind, punctuation among them, that do not cut a Latin word or a number.
"""
import random
import re
import statistics
import sys

# What a reader of laws looks for.
TERMS = """
    行政复议 行政诉讼 行政处罚 行政许可 行政强制 行政责任 国家赔偿 法定代表人 未成年人 残疾人 老年人
    妇女 人民法院 人民检察院 公安机关 国务院 人民政府 村民委员会 居民委员会 有期徒刑 拘留 逮捕
    取保候审 监视居住 犯罪嫌疑人 被告人 辩护人 证人 证据 鉴定 管辖 诉讼时效 刑事责任 民事责任 罚款
    没收违法所得 吊销营业执照 责令改正 责令停产停业 合同 劳动合同 违约 侵权 损害赔偿 抵押 质押 留置
    公司 股东 董事会 监事会 破产 清算 商标 专利 著作权 知识产权 土地使用权 房屋 物业 环境保护 污染物
    排放标准 水资源 森林 草原 矿产资源 安全生产 食品安全 药品 医疗机构 传染病 教育 学校 教师 就业
    社会保险 工伤 养老保险 税收 增值税 海关 进出口 外商投资 证券 基金 银行 票据 会计 审计 统计 档案
    保密 网络安全 个人信息 消费者 经营者 反垄断 价格 招标投标
""".split()
MODES = "COUNT", "TOP10", "TOP10_COUNT"
HAN = re.compile("[\u4e00-\u9fff]+")
WORD = re.compile(r"[\w.,'%](?<![\u3400-\u9fff])")  # of a Latin word or a number
AWKWARD = re.compile(r'["\\“”„‟＂«»\s*]')  # what the query language may read otherwise


def cuts_a_word(text, at):
    return 0 < at < len(text) and bool(WORD.match(text[at - 1]) and WORD.match(text[at]))


def draw(seed):
    generator = random.Random(seed)
    texts = [line.rstrip("\n").split("\t")[3] for line in sys.stdin]
    for term in TERMS:
        print(f'query_terms\t"{term}"')
    for name, wanted in ("query_han", 1000), ("query_any", 1000):
        while wanted:
            text, size = generator.choice(texts), generator.randint(2, 6)
            if len(text) < size:
                continue
            at = generator.randrange(len(text) - size + 1)
            part = text[at:at + size]
            if AWKWARD.search(part) or cuts_a_word(text, at) or cuts_a_word(text, at + size):
                continue
            if not re.search(r"\w", part):  # no phrase of words stands beside it
                continue
            if name == "query_han" and not HAN.fullmatch(part):
                continue
            print(f'{name}\t"{part}"')
            wanted -= 1


def read_times(paths):
    """{(class, mode): [us]}, of each query the median of the rounds' medians."""
    rounds = {}
    for path in paths.split(","):
        with open(path, encoding="utf-8") as lines:
            next(lines)
            for number, line in enumerate(lines):  # the same queries in each round
                name, _, mode, _, median, _ = line.rstrip("\n").split("\t")
                rounds.setdefault((name, mode, number), []).append(int(median) / 1000)
    times = {}
    for (name, mode, _), medians in rounds.items():
        times.setdefault((name, mode), []).append(statistics.median(medians))
    return times


def print_table(exact, phrase):
    for name, mode in sorted(exact, key=lambda key: (key[0], MODES.index(key[1]))):
        times = sorted(exact[name, mode])
        other = statistics.mean(phrase[name, mode])
        mean = statistics.mean(times)
        print(f"{name:11} {len(times):5}  {mode:11} {mean:9.1f} {statistics.median(times):9.1f} "
              f"{times[min(len(times) - 1, len(times) * 99 // 100)]:9.1f} | {other:9.1f} | "
              f"{mean / other:5.2f}")


def report(exact_path, phrase_path, runs_path=None):
    phrase = read_times(phrase_path)
    print("Quoted texts, us a query: mean, median, 99th percentile; the mean of the phrase of their "
          "words; ratio of the means")
    print_table(read_times(exact_path), phrase)
    if runs_path:
        print("The same over an index with analyzer icu-punctuation")
        print_table(read_times(runs_path), phrase)


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "draw":
        draw(int(sys.argv[2]))
    elif len(sys.argv) in (4, 5) and sys.argv[1] == "report":
        report(*sys.argv[2:])
    else:
        sys.exit(__doc__)


main()
