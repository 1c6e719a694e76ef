import org.apache.lucene.index.FieldInvertState;
import org.apache.lucene.search.CollectionStatistics;
import org.apache.lucene.search.TermStatistics;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.search.similarities.Similarity;

/**
 * BM25 as Lucene's BM25Similarity has it, but for the lengths: those are exact up to 127 words and
 * rounded down to five significant bits above, as in Wenyuan. Lucene's own byte is exact up to 39
 * and keeps four bits above (org.apache.lucene.util.SmallFloat.intToByte4).
 */
final class FineLengths extends Similarity {
    static final float K1 = 1.2f, B = 0.75f;

    /** For the weights, which do not depend on lengths. */
    private final BM25Similarity plain = new BM25Similarity(K1, B);

    @Override
    public long computeNorm(FieldInvertState state) {
        int length = state.getLength();
        if (length < 128) return length;
        int dropped = 31 - Integer.numberOfLeadingZeros(length) - 4;
        return Math.min(length >> dropped << dropped, 31 << 10);
    }

    @Override
    public SimScorer scorer(float boost, CollectionStatistics field, TermStatistics... terms) {
        float weight = boost * (terms.length == 1
                ? plain.idfExplain(field, terms[0]).getValue().floatValue()
                : plain.idfExplain(field, terms).getValue().floatValue());
        float average = (float) (field.sumTotalTermFreq() / (double) field.docCount());
        return new SimScorer() {
            @Override
            public float score(float freq, long norm) {
                float k = K1 * (1 - B + B * (norm / average));
                return weight * freq / (freq + k);
            }
        };
    }
}
