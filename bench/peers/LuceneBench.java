/**
 * Measures Lucene on the words and the queries that Wenyuan is measured on.
 *
 * <pre>
 * LuceneBench index [-s] [-l] [-m MIB] [-r ROUNDS] DIR WORDS [THREADS]
 * LuceneBench query [-l] [-p PASSES] [-w WARM-UPS] [-t FILE.tsv] [-d FILE.dump] DIR QUERIES
 * </pre>
 *
 * -l has lengths and statistics as Wenyuan has them (see {@link FineLengths}), so that scores can
 * be compared to the last digits; it is for checking, not for measuring. An index made with -l is
 * queried with -l.
 */
public final class LuceneBench {
    private LuceneBench() {}

    /** A mistake of the caller or in a file, told without a stack trace. */
    static final class Failure extends RuntimeException {
        private static final long serialVersionUID = 1;

        Failure(String message) {
            super(message);
        }
    }

    static int number(String text, int least) {
        try {
            int n = Integer.parseInt(text);
            if (n >= least && n <= 100000) return n;
        } catch (NumberFormatException e) {
            // told below
        }
        throw new Failure(text + " is not a number from " + least + " to 100000");
    }

    public static void main(String[] arguments) throws Exception {
        String command = arguments.length > 0 ? arguments[0] : "";
        try {
            switch (command) {
                case "index" -> new LuceneIndex(arguments).run();
                case "query" -> new LuceneQuery(arguments).run();
                default -> throw new Failure("usage: LuceneBench index|query ...");
            }
        } catch (Failure failure) {
            System.err.println("LuceneBench: " + failure.getMessage());
            System.exit(2);
        }
    }
}
