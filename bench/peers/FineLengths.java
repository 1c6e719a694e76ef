import java.io.IOException;
import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.Similarity;

/**
 * BM25 with the statistics that Wenyuan has, for checking scores to the last digits. It differs
 * from Lucene's BM25Similarity in three things:
 *
 * <p>Lengths are exact up to 127 words and rounded down to five significant bits above. Lucene's
 * own byte is exact up to 39 and keeps four bits above (its SmallFloat.intToByte4). The average is
 * that of the rounded lengths. And a paragraph without a word counts among the paragraphs; Lucene
 * leaves it out of their number.
 */
final class FineLengths extends Similarity {
    static final float K1 = 1.2f, B = 0.75f;

    private final long paragraphs;
    private final float average;

    /** For indexing. */
    FineLengths() {
        paragraphs = 0;
        average = 1;
    }

    /** For searching an index of one segment that was made with these lengths. */
    FineLengths(LeafReader index, String field) throws IOException {
        NumericDocValues lengths = index.getNormValues(field);
        long sum = 0;
        while (lengths.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) sum += lengths.longValue();
        paragraphs = index.maxDoc();
        average = (float) ((double) sum / paragraphs);
    }

    @Override
    public long computeNorm(FieldInvertState state) {
        int length = state.getLength();
        if (length < 128) return length;
        int dropped = 31 - Integer.numberOfLeadingZeros(length) - 4;
        return Math.min(length >> dropped << dropped, 31 << 10);
    }

    @Override
    public SimScorer scorer(float boost, CollectionStatistics field, TermStatistics... terms) {
        double sum = 0;
        for (TermStatistics t : terms)
            sum += Math.log(1 + (paragraphs - t.docFreq() + 0.5) / (t.docFreq() + 0.5));
        float weight = (float) (boost * sum);
        return new SimScorer() {
            @Override
            public float score(float freq, long norm) {
                float k = K1 * (1 - B + B * (norm / average));
                return weight * (freq / (freq + k));
            }
        };
    }
}
