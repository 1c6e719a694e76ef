import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.codecs.lucene87.Lucene87Codec;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.Version;

/**
 * `index`: from lines `id⇥title⇥year⇥words` to an index of one segment, ROUNDS times over in one
 * process, since the first is slow: Java compiles while it runs. The seconds are those from opening
 * the file to the end of the commit, merge to one segment included. With one thread the merge runs
 * in it too. Figures go to standard output as lines `name⇥value`.
 */
final class LuceneIndex {
    private static final int BATCH = 256; // lines a thread takes at once

    /** Which of Lucene's files hold what. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("doc", "postings"), Map.entry("pos", "positions"),
            Map.entry("nvd", "lengths"), Map.entry("nvm", "lengths"),
            Map.entry("tim", "terms"), Map.entry("tip", "terms"), Map.entry("tmd", "terms"),
            Map.entry("fdt", "stored"), Map.entry("fdx", "stored"), Map.entry("fdm", "stored"),
            Map.entry("dvd", "ids"), Map.entry("dvm", "ids"));

    private final boolean fast, fine;
    private final int memory, rounds, threads;
    private final Path folder, words;
    private long paragraphs, inputBytes, textBytes;

    LuceneIndex(String[] a) {
        boolean fast = false, fine = false;
        int memory = 256, rounds = 1, at = 1;
        for (; at < a.length && a[at].startsWith("-"); at++) {
            switch (a[at]) {
                case "-s" -> fast = true;
                case "-l" -> fine = true;
                case "-m" -> memory = LuceneBench.number(value(a, ++at), 1);
                case "-r" -> rounds = LuceneBench.number(value(a, ++at), 1);
                default -> throw usage();
            }
        }
        if (a.length - at < 2 || a.length - at > 3) throw usage();
        this.fast = fast;
        this.fine = fine;
        this.memory = memory;
        this.rounds = rounds;
        folder = Path.of(a[at]);
        words = Path.of(a[at + 1]);
        threads = a.length - at == 3 ? LuceneBench.number(a[at + 2], 1) : 1;
    }

    private static String value(String[] a, int at) {
        if (at >= a.length) throw usage();
        return a[at];
    }

    private static LuceneBench.Failure usage() {
        return new LuceneBench.Failure("usage: LuceneBench index [-s] [-l] [-m MIB] [-r ROUNDS] "
                + "DIR WORDS [THREADS]\n  -s: stored text for speed, not for size");
    }

    void run() throws Exception {
        double[] seconds = new double[rounds];
        inputBytes = Files.size(words);
        for (int round = 0; round < rounds; round++) {
            empty();
            long start = System.nanoTime();
            write();
            seconds[round] = (System.nanoTime() - start) / 1e9;
        }
        double first = seconds[0];
        Arrays.sort(seconds);
        print("engine", "Lucene " + Version.LATEST);
        print("paragraphs", paragraphs);
        print("threads", threads);
        print("input_bytes", inputBytes);
        print("text_bytes", textBytes);
        print("seconds_first", first);
        print("seconds_median", seconds[rounds / 2]);
        print("seconds_best", seconds[0]);
        printSizes();
        print("peak_memory_bytes", peakMemory());
    }

    /** Removes what an earlier run left; the folder holds an index's files and nothing else. */
    private void empty() throws IOException {
        Files.createDirectories(folder);
        for (Path file : files()) Files.delete(file);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.toList();
        }
    }

    private IndexWriterConfig config() {
        TieredMergePolicy policy = new TieredMergePolicy();
        policy.setNoCFSRatio(0); // so that each kind of file can be measured
        return new IndexWriterConfig(new WhitespaceAnalyzer())
                .setOpenMode(IndexWriterConfig.OpenMode.CREATE)
                .setSimilarity(fine ? new FineLengths()
                        : new BM25Similarity(FineLengths.K1, FineLengths.B))
                .setCodec(new Lucene87Codec(fast ? Lucene87Codec.Mode.BEST_SPEED
                        : Lucene87Codec.Mode.BEST_COMPRESSION))
                .setRAMBufferSizeMB(memory)
                .setUseCompoundFile(false)
                .setMergePolicy(policy)
                .setMergeScheduler(threads == 1 ? new SerialMergeScheduler()
                        : new ConcurrentMergeScheduler());
    }

    private void write() throws Exception {
        paragraphs = textBytes = 0;
        try (Directory directory = FSDirectory.open(folder);
                IndexWriter writer = new IndexWriter(directory, config());
                BufferedReader reader = Files.newBufferedReader(words, StandardCharsets.UTF_8)) {
            if (threads == 1) addAll(writer, reader);
            else addInThreads(writer, reader);
            writer.forceMerge(1);
            writer.commit();
        }
    }

    private void addInThreads(IndexWriter writer, BufferedReader reader) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                tasks.add(() -> {
                    addAll(writer, reader);
                    return null;
                });
            }
            for (Future<Void> done : pool.invokeAll(tasks)) done.get();
        } finally {
            pool.shutdown();
        }
    }

    private void addAll(IndexWriter writer, BufferedReader reader) throws IOException {
        Row row = new Row();
        List<String> lines = new ArrayList<>();
        while (next(reader, lines)) {
            long bytes = 0;
            for (String line : lines) {
                bytes += row.set(line);
                writer.addDocument(row.document);
            }
            synchronized (reader) {
                paragraphs += lines.size();
                textBytes += bytes;
            }
        }
    }

    private static boolean next(BufferedReader reader, List<String> lines) throws IOException {
        lines.clear();
        synchronized (reader) {
            String line;
            while (lines.size() < BATCH && (line = reader.readLine()) != null) lines.add(line);
        }
        return !lines.isEmpty();
    }

    /** A document that is used again for each line, as Lucene's guide to fast indexing has it. */
    private static final class Row {
        private static final FieldType TEXT = new FieldType();

        static {
            TEXT.setTokenized(true);
            TEXT.setStored(true);
            TEXT.setIndexOptions(IndexOptions.DOCS_AND_FREQS_AND_POSITIONS);
            TEXT.freeze();
        }

        final Document document = new Document();
        private final Field id = new BinaryDocValuesField("id", new BytesRef());
        private final Field title = new StoredField("title", "");
        private final Field year = new StoredField("year", 0);
        private final Field text = new Field("text", "", TEXT);

        Row() {
            document.add(id);
            document.add(title);
            document.add(year);
            document.add(text);
        }

        /** Returns the bytes of the text. */
        long set(String line) {
            int a = line.indexOf('\t'), b = line.indexOf('\t', a + 1), c = line.indexOf('\t', b + 1);
            if (a < 0 || b < 0 || c < 0)
                throw new LuceneBench.Failure("a line has no four columns: " + line);
            String words = line.substring(c + 1);
            id.setBytesValue(new BytesRef(line.substring(0, a)));
            title.setStringValue(line.substring(a + 1, b));
            year.setIntValue(b + 1 == c ? 0 : Integer.parseInt(line.substring(b + 1, c)));
            text.setStringValue(words);
            return org.apache.lucene.util.UnicodeUtil.calcUTF16toUTF8Length(words, 0,
                    words.length());
        }
    }

    private void printSizes() throws IOException {
        Map<String, Long> sizes = new TreeMap<>();
        long all = 0;
        for (Path file : files()) {
            String name = file.getFileName().toString();
            String kind = KINDS.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "other");
            long bytes = Files.size(file);
            sizes.merge(kind, bytes, Long::sum);
            all += bytes;
        }
        sizes.put("all", all);
        sizes.forEach((kind, bytes) -> print("bytes_" + kind, bytes));
    }

    /** The most memory that the process had at once, as Linux counts it (VmHWM). */
    private static long peakMemory() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmHWM:"))
                return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
        }
        return 0;
    }

    private static void print(String name, Object value) {
        System.out.println(name + "\t" + (value instanceof Double
                ? String.format(Locale.ROOT, "%.4f", value) : value.toString()));
    }
}
