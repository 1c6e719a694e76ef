import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.BinaryDocValues;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;

/**
 * `query`: times queries inside the process, in one thread, as wybench does: the same file, the
 * same modes, the same table, TSV and dump. Lucene's query cache is off (it would answer a COUNT
 * from the pass before), and a query object is made once, before the clock starts. TOP10 lets
 * Lucene pass over what cannot be among the ten best (block-max WAND) from the eleventh match on.
 */
final class LuceneQuery {
    private static final int TOP = 10, MODES = 3;
    private static final String[] MODE_NAMES = {"COUNT", "TOP10", "TOP10_COUNT"};
    private static final int[] THRESHOLDS = {0, TOP, Integer.MAX_VALUE};
    private static final String FIELD = "text";

    private static final class Timed {
        final String name, text;
        final Query query;
        final long[][] times;
        long count;

        Timed(String name, String text, int passes) {
            this.name = name;
            this.text = text;
            query = parse(name, text.split(" "));
            times = new long[MODES][passes];
        }

        long least(int mode) {
            return times[mode][0];
        }

        long median(int mode) {
            return times[mode][times[mode].length / 2];
        }
    }

    private boolean fine;
    private int passes = 10, warmUps = 15;
    private Path tsv, dump;
    private final Path folder, file;

    LuceneQuery(String[] a) {
        List<String> names = new ArrayList<>();
        for (int at = 1; at < a.length; at++) {
            switch (a[at]) {
                case "-l" -> fine = true;
                case "-p" -> passes = LuceneBench.number(value(a, ++at), 1);
                case "-w" -> warmUps = LuceneBench.number(value(a, ++at), 0);
                case "-t" -> tsv = Path.of(value(a, ++at));
                case "-d" -> dump = Path.of(value(a, ++at));
                default -> names.add(a[at]);
            }
        }
        if (names.size() != 2 || names.get(0).startsWith("-")) throw usage();
        folder = Path.of(names.get(0));
        file = Path.of(names.get(1));
    }

    private static String value(String[] a, int at) {
        if (at >= a.length) throw usage();
        return a[at];
    }

    private static LuceneBench.Failure usage() {
        return new LuceneBench.Failure("usage: LuceneBench query [-l] [-p PASSES] [-w WARM-UPS] "
                + "[-t FILE.tsv] [-d FILE.dump] DIR QUERIES");
    }

    /** The beginning of a class's name says what is done with the words. */
    private static Query parse(String name, String[] words) {
        if (name.startsWith("term") && words.length == 1) return term(words[0]);
        if (name.startsWith("phrase")) return new PhraseQuery(FIELD, words);
        if (!name.startsWith("and") && !name.startsWith("or"))
            throw new LuceneBench.Failure("class " + name + " is none that Lucene is asked");
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        BooleanClause.Occur occur = name.startsWith("and") ? BooleanClause.Occur.MUST
                : BooleanClause.Occur.SHOULD;
        for (String word : words) all.add(term(word), occur);
        return all.build();
    }

    private static Query term(String word) {
        return new TermQuery(new Term(FIELD, word));
    }

    void run() throws IOException {
        List<Timed> queries = read();
        try (Directory directory = FSDirectory.open(folder);
                DirectoryReader reader = DirectoryReader.open(directory)) {
            IndexSearcher searcher = new IndexSearcher(reader);
            searcher.setSimilarity(fine ? new FineLengths(onlySegment(searcher), FIELD)
                    : new BM25Similarity(FineLengths.K1, FineLengths.B));
            searcher.setQueryCache(null);
            for (int pass = -warmUps; pass < passes; pass++) runPass(searcher, queries, pass);
            for (Timed q : queries) for (long[] times : q.times) Arrays.sort(times);
            printTable(queries);
            if (tsv != null) writeTsv(queries);
            if (dump != null) writeDump(searcher, queries);
        }
    }

    private List<Timed> read() throws IOException {
        List<Timed> queries = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            int tab = line.indexOf('\t');
            if (tab < 0) throw new LuceneBench.Failure(file + ": a line has no tab: " + line);
            queries.add(new Timed(line.substring(0, tab), line.substring(tab + 1), passes));
        }
        return queries;
    }

    private static TopDocs top(IndexSearcher searcher, Query query, int mode) throws IOException {
        TopScoreDocCollector collector = TopScoreDocCollector.create(TOP, THRESHOLDS[mode]);
        searcher.search(query, collector);
        return collector.topDocs();
    }

    private static void runPass(IndexSearcher searcher, List<Timed> queries, int pass)
            throws IOException {
        for (int mode = 0; mode < MODES; mode++) {
            for (Timed q : queries) {
                long start = System.nanoTime();
                long count = mode == 0 ? searcher.count(q.query)
                        : top(searcher, q.query, mode).totalHits.value;
                long took = System.nanoTime() - start;
                if (mode == 0) q.count = count;
                if (mode == 2 && count != q.count)
                    throw new LuceneBench.Failure(q.text + ": two counts: " + q.count + ", "
                            + count);
                if (pass >= 0) q.times[mode][pass] = took;
            }
        }
    }

    // ---- Telling -------------------------------------------------------------------------------

    private static void print(String format, Object... values) {
        System.out.printf(Locale.ROOT, format, values);
    }

    private static void printTable(List<Timed> queries) {
        Map<String, List<Timed>> classes = new LinkedHashMap<>();
        for (Timed q : queries) classes.computeIfAbsent(q.name, n -> new ArrayList<>()).add(q);
        print("%-14s %5s | %27s | %27s%n", "", "", "mean of minima, us", "mean of medians, us");
        print("%-14s %5s | %8s %8s %9s | %8s %8s %9s%n", "class", "n", "COUNT", "TOP10",
                "TOP+COUNT", "COUNT", "TOP10", "TOP+COUNT");
        classes.forEach((name, list) -> {
            double[] least = new double[MODES], median = new double[MODES];
            for (int m = 0; m < MODES; m++) {
                for (Timed q : list) {
                    least[m] += q.least(m) / 1000.0 / list.size();
                    median[m] += q.median(m) / 1000.0 / list.size();
                }
            }
            print("%-14s %5d | %8.1f %8.1f %9.1f | %8.1f %8.1f %9.1f%n", name, list.size(),
                    least[0], least[1], least[2], median[0], median[1], median[2]);
        });
    }

    private void writeTsv(List<Timed> queries) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(tsv)) {
            out.write("class\tquery\tmode\tminimum_ns\tmedian_ns\tcount\n");
            for (Timed q : queries) {
                for (int m = 0; m < MODES; m++)
                    out.write(q.name + "\t" + q.text + "\t" + MODE_NAMES[m] + "\t" + q.least(m)
                            + "\t" + q.median(m) + "\t" + q.count + "\n");
            }
        }
    }

    private void writeDump(IndexSearcher searcher, List<Timed> queries) throws IOException {
        LeafReader leaf = onlySegment(searcher);
        try (BufferedWriter out = Files.newBufferedWriter(dump)) {
            for (Timed q : queries) {
                TopDocs top = top(searcher, q.query, 2);
                out.write(q.name + "\t" + q.text + "\t" + top.totalHits.value);
                for (ScoreDoc hit : top.scoreDocs) {
                    BinaryDocValues ids = leaf.getBinaryDocValues("id");
                    ids.advanceExact(hit.doc);
                    out.write(String.format(Locale.ROOT, "\t%s:%.5f",
                            ids.binaryValue().utf8ToString(), hit.score));
                }
                out.write("\n");
            }
        }
    }

    private static LeafReader onlySegment(IndexSearcher searcher) {
        int segments = searcher.getIndexReader().leaves().size();
        if (segments != 1) throw new LuceneBench.Failure("the index has " + segments
                + " segments, not one");
        return searcher.getIndexReader().leaves().get(0).reader();
    }
}
