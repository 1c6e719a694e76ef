/*
 * store/matches_search_body.h: the search of a block for matches. Whoever includes it has defined,
 * before,
 *
 *     size_t common(const uint8_t *a, const uint8_t *b, size_t most)
 *     unsigned tagged_places(const uint32_t *row, unsigned places, uint32_t tag)
 *
 * which tell how many of `most` bytes are the same, and which places of a row, as bits, have the
 * tag (and are places at all).
 */

/* Where characters of a block stand: the last of each hash, + 1. */
typedef struct near_index {
    uint16_t longs[1 << WY_MATCH_NEAR_BITS], shorts[1 << WY_MATCH_NEAR_BITS];
} near_index;

typedef struct match {
    size_t length; /* 0: none */
    uint32_t offset;
    int saved; /* bits, against other matches: what is not in this one is in the next */
} match;

/* ---- Characters ---------------------------------------------------------------------------- */

/* A character of a block, and its hashes. */
typedef struct character {
    uint32_t at, longs, shorts;
} character;

/* Characters that come next in a block, up to the first of which less than WY_MATCH_LONG bytes are
 * left. Made many at once: how long each is cannot be foretold, and need not be waited for so. */
typedef struct ahead {
    const uint8_t *block;
    size_t next, last; /* bytes: what has been looked at, and where to end */
    size_t count;
    character list[WY_MATCH_AHEAD + 1]; /* the last is behind all of the block */
} ahead;

/* In which of eight bytes a character begins that is no space (is_begin in matches.c): the highest
 * bit of each tells. */
static inline uint64_t begins(uint64_t bytes)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    const uint64_t above_space = (bytes & 0x7f * ones) + (0x7f - ' ') * ones, second = bytes << 1;
    return ((~bytes & above_space) | (bytes & second)) & 0x80 * ones;
}

static inline void read_ahead(ahead *all)
{
    const uint8_t *block = all->block;
    character *out = all->list;
    for (; all->next < all->last && out - all->list <= WY_MATCH_AHEAD - 8; all->next += 8) {
        const size_t left = all->last - all->next;
        uint64_t some = begins(wy_load64(block + all->next));
        if (left < 8) some &= (UINT64_C(1) << 8 * left) - 1;
        for (; some; some &= some - 1) {
            const size_t at = all->next + (size_t)__builtin_ctzll(some) / 8;
            *out++ = (character){(uint32_t)at, wy_match_hash_long(block + at),
                                 wy_match_hash_short(block + at)};
        }
    }
    all->count = (size_t)(out - all->list);
    *out = (character){.at = UINT32_MAX};
}

static inline const uint32_t *long_row(const wy_match_index *index, const character *c)
{
    return index->longs + wy_match_top(c->longs, index->long_bits) * WY_MATCH_LONG_PLACES;
}

static inline const uint32_t *short_row(const wy_match_index *index, const character *c)
{
    return index->shorts + wy_match_top(c->shorts, index->short_bits) * WY_MATCH_SHORT_PLACES;
}

/* Fetches the rows of a character: they lie in memory that is too large for the nearest caches. */
static inline void fetch(const wy_match_index *index, const character *c)
{
    __builtin_prefetch(long_row(index, c));
    __builtin_prefetch(short_row(index, c));
}

static inline void note_near(near_index *near, const character *c)
{
    near->longs[wy_match_top(c->longs, WY_MATCH_NEAR_BITS)] = (uint16_t)(c->at + 1);
    near->shorts[wy_match_top(c->shorts, WY_MATCH_NEAR_BITS)] = (uint16_t)(c->at + 1);
}

/* ---- Matches ------------------------------------------------------------------------------- */

/* Takes a match if it saves more than `best`: an offset costs about its logarithm, and a byte that
 * another match would have to cover instead about two bits. Without a branch, since which is best
 * cannot be foretold either. */
static inline void consider(match *best, size_t length, size_t offset)
{
    const int saved = 2 * (int)length + __builtin_clz((unsigned)offset);
    const bool better = (length >= WY_MATCH_SHORT) & (saved > best->saved);
    best->length = better ? length : best->length;
    best->offset = better ? (uint32_t)offset : best->offset;
    best->saved = better ? saved : best->saved;
}

/* Looks at a place + 1 of the block; 0: none. */
static inline void look_near(const uint8_t *block, size_t at, size_t length, size_t near,
                             match *best)
{
    static const uint8_t nothing[32]; /* which no character begins with */
    const uint8_t *const source = near > 0 ? block + near - 1 : nothing;
    consider(best, common(block + at, source, length - at), at + 1 - near);
}

/* Looks at the places of a row that `tagged` has. A match does not run from the dictionary into the
 * block. */
static inline void look(const wy_match_index *index, const uint32_t *row, unsigned tagged,
                        const uint8_t *block, size_t at, size_t length, match *best)
{
    const uint32_t mask = (1u << WY_MATCH_PLACE_BITS) - 1;
    for (; tagged; tagged &= tagged - 1) {
        const size_t place = (row[__builtin_ctz(tagged)] & mask) - 1;
        const size_t left = index->length - place, room = length - at;
        const size_t same = common(block + at, index->text + place, left < room ? left : room);
        consider(best, same, at + index->length - place);
    }
}

/* The best match at a character, in the block or in the dictionary. */
static inline match find(const wy_match_index *index, const near_index *near, const uint8_t *block,
                         size_t length, const character *c)
{
    const size_t at = c->at;
    const uint32_t *long_places = long_row(index, c), *short_places = short_row(index, c);
    const unsigned longs =
        tagged_places(long_places, WY_MATCH_LONG_PLACES, wy_match_tag(c->longs, index->long_bits));
    const unsigned shorts = tagged_places(short_places, WY_MATCH_SHORT_PLACES,
                                          wy_match_tag(c->shorts, index->short_bits));
    match best = {.length = 0};
    look_near(block, at, length, near->shorts[wy_match_top(c->shorts, WY_MATCH_NEAR_BITS)], &best);
    look_near(block, at, length, near->longs[wy_match_top(c->longs, WY_MATCH_NEAR_BITS)], &best);
    look(index, long_places, longs, block, at, length, &best);
    if (best.length == 0) look(index, short_places, shorts, block, at, length, &best);
    return best;
}

/* The byte `back` + 1 before `at`, `offset` away; NULL before the dictionary. */
static inline const uint8_t *source_before(const wy_match_index *index, const uint8_t *block,
                                           size_t at, size_t offset)
{
    if (at > offset) return block + (at - offset - 1);
    const size_t place = index->length + at - offset; /* of `at` in the dictionary */
    return at < offset && place > 0 ? index->text + place - 1 : NULL;
}

/* Where the match begins: perhaps before `at`, within what no match was found for from `done` on.
 */
static inline size_t extend_back(const wy_match_index *index, const uint8_t *block, size_t done,
                                 size_t at, size_t offset)
{
    for (; at > done; at--) {
        const uint8_t *source = source_before(index, block, at, offset);
        if (!source || *source != block[at - 1]) break;
    }
    return at;
}

static inline size_t find_all(const wy_match_index *index, const uint8_t *block, size_t length,
                              ZSTD_Sequence *out)
{
    near_index near;
    ahead all;
    size_t count = 0, done = 0;
    memset(&near, 0, sizeof near);
    all.block = block;
    all.next = 0;
    all.last = length < WY_MATCH_LONG ? 0 : length - WY_MATCH_LONG + 1;
    for (read_ahead(&all); all.count > 0; read_ahead(&all)) {
        const character *c = all.list, *const stop = c + all.count;
        for (; c->at < done; c++) note_near(&near, c); /* the match that was found last goes on */
        fetch(index, c);
        while (c < stop) {
            const size_t begin = c->at;
            const match best = find(index, &near, block, length, c);
            if (best.length == 0) {
                note_near(&near, c);
                fetch(index, ++c);
                continue;
            }
            const size_t end = begin + best.length;
            for (; c->at < end; c++) note_near(&near, c);
            fetch(index, c);
            const size_t at = extend_back(index, block, done, begin, best.offset);
            out[count++] = (ZSTD_Sequence){.offset = best.offset,
                                           .litLength = (unsigned)(at - done),
                                           .matchLength = (unsigned)(end - at)};
            done = end;
        }
    }
    out[count++] = (ZSTD_Sequence){.litLength = (unsigned)(length - done)};
    return count;
}
