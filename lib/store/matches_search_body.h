/*
 * store/matches_search_body.h: the search of a block for matches. Whoever includes it has defined,
 * before,
 *
 *     size_t common(const uint8_t *a, const uint8_t *b, size_t most)
 *     unsigned tagged_places(const uint32_t *row, unsigned places, uint32_t tag)
 *     uint64_t begins_of_64(const uint8_t *text)
 *
 * which tell how many of `most` bytes are the same, which places of a row, as bits, have the tag
 * (and are places at all), and which of 64 bytes begin a character (wy_match_is_begin).
 */

/* ---- Characters ---------------------------------------------------------------------------- */

/* Where characters of a block stand: the last of each hash. Where there was none yet it is the
 * block's first byte, which is no worse a place to look at than any. */
typedef struct near_index {
    uint16_t longs[1 << WY_MATCH_NEAR_BITS], shorts[1 << WY_MATCH_NEAR_BITS];
} near_index;

/* In which of `length` < 64 bytes a character begins. */
static inline uint64_t begins_of_few(const uint8_t *text, size_t length)
{
    uint8_t some[64] = {0};
    memcpy(some, text, length);
    return begins_of_64(some);
}

/* Lists all characters of a block behind which WY_MATCH_LONG bytes are left. Which one before has
 * the hash of a character does not depend on which matches are taken. */
static inline void list_characters(wy_match_characters *all, const uint8_t *block, size_t length)
{
    near_index near;
    const size_t last = length < WY_MATCH_LONG ? 0 : length - WY_MATCH_LONG + 1;
    wy_match_character *out = all->list;
    memset(&near, 0, sizeof near);
    for (size_t word = 0; word <= length >> 6; word++) {
        const size_t first = word << 6;
        uint64_t some = 0;
        if (first < last)
            some = last - first < 64 ? begins_of_few(block + first, last - first)
                                     : begins_of_64(block + first);
        all->begins[word] = some;
        all->before[word] = (uint32_t)(out - all->list);
        for (int n = __builtin_popcountll(some); n > 0; n--, some &= some - 1, out++) {
            const size_t at = first + (size_t)__builtin_ctzll(some);
            const uint32_t longs = wy_match_hash_long(block + at);
            const uint32_t shorts = wy_match_hash_short(block + at);
            uint16_t *near_long = &near.longs[wy_match_top(longs, WY_MATCH_NEAR_BITS)];
            uint16_t *near_short = &near.shorts[wy_match_top(shorts, WY_MATCH_NEAR_BITS)];
            *out = (wy_match_character){.longs = longs,
                                        .shorts = shorts,
                                        .at = (uint16_t)at,
                                        .near_longs = *near_long,
                                        .near_shorts = *near_short};
            *near_long = *near_short = (uint16_t)at;
        }
    }
    all->count = (size_t)(out - all->list);
}

/* The number of the first character that does not begin before `at`. */
static inline size_t first_from(const wy_match_characters *all, size_t at)
{
    const uint64_t below = all->begins[at >> 6] & ((UINT64_C(1) << (at & 63)) - 1);
    return all->before[at >> 6] + (size_t)__builtin_popcountll(below);
}

/* ---- Matches ------------------------------------------------------------------------------- */

/*
 * A match as a number, of which the greatest is best; 0: none. Above, the bits that it saves, as
 * against other matches, since what is not in this one is in the next: an offset costs about its
 * logarithm, and a byte that another match would have to cover instead about two bits. Below, that
 * a nearer one is better.
 */
typedef uint64_t match;

static inline match match_of(size_t length, uint32_t offset)
{
    const uint64_t saved = 2 * length + (unsigned)__builtin_clz(offset);
    const match all = saved << 32 | (uint32_t)~offset;
    return length >= WY_MATCH_SHORT ? all : 0;
}

static inline uint32_t match_offset(match m)
{
    return ~(uint32_t)m;
}

static inline size_t match_length(match m)
{
    return ((m >> 32) - (unsigned)__builtin_clz(match_offset(m))) / 2;
}

static inline match better(match a, match b)
{
    return a > b ? a : b;
}

static inline const uint32_t *long_row(const wy_match_index *index, const wy_match_character *c)
{
    return index->longs + wy_match_top(c->longs, index->long_bits) * WY_MATCH_LONG_PLACES;
}

static inline const uint32_t *short_row(const wy_match_index *index, const wy_match_character *c)
{
    return index->shorts + wy_match_top(c->shorts, index->short_bits) * WY_MATCH_SHORT_PLACES;
}

static inline match look_near(const uint8_t *block, size_t at, size_t length, size_t near)
{
    return near < at
               ? match_of(common(block + at, block + near, length - at), (uint32_t)(at - near))
               : 0;
}

/* Looks at the places of a row that `tagged` has. A match does not run from the dictionary into the
 * block. */
static inline match look(const wy_match_index *index, const uint32_t *row, unsigned tagged,
                         const uint8_t *block, size_t at, size_t length)
{
    const uint32_t mask = (1u << WY_MATCH_PLACE_BITS) - 1;
    match best = 0;
    for (; tagged; tagged &= tagged - 1) {
        const size_t place = (row[__builtin_ctz(tagged)] & mask) - 1;
        const size_t left = index->length - place, room = length - at;
        const size_t same = common(block + at, index->text + place, left < room ? left : room);
        best = better(best, match_of(same, (uint32_t)(at + left)));
    }
    return best;
}

/* The best match at a character, in the block or in the dictionary. Fewer bytes are looked up in
 * the dictionary only where none is near, and more do not seem to be there. */
static inline match find_match(const wy_match_index *index, const uint8_t *block, size_t length,
                               const wy_match_character *c)
{
    const size_t at = c->at;
    const uint32_t *long_places = long_row(index, c), *short_places = short_row(index, c);
    const unsigned longs =
        tagged_places(long_places, WY_MATCH_LONG_PLACES, wy_match_tag(c->longs, index->long_bits));
    match best = better(look_near(block, at, length, c->near_shorts),
                        look_near(block, at, length, c->near_longs));
    if (longs) return better(best, look(index, long_places, longs, block, at, length));
    if (best) return best;
    const unsigned shorts = tagged_places(short_places, WY_MATCH_SHORT_PLACES,
                                          wy_match_tag(c->shorts, index->short_bits));
    return look(index, short_places, shorts, block, at, length);
}

/* Keeps the best match of a character. */
static inline void keep(const wy_match_characters *all, wy_match_character *c, match best)
{
    const size_t length = best ? match_length(best) : 0;
    c->offset = best ? match_offset(best) : 0;
    c->length = (uint32_t)length;
    c->next = (uint16_t)first_from(all, c->at + (best ? length : 1));
}

/* ---- A block ------------------------------------------------------------------------------- */

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

/* Takes the best match at the first character, that at the first behind it, and so on. */
static inline size_t take_all(const wy_match_index *index, wy_match_characters *all,
                              const uint8_t *block, size_t length, ZSTD_Sequence *out)
{
    size_t count = 0, done = 0;
    for (size_t i = 0; i < all->count; i = all->list[i].next) {
        wy_match_character *c = &all->list[i];
        if (c->next == 0) keep(all, c, find_match(index, block, length, c));
        if (c->offset == 0) continue;
        const size_t end = c->at + c->length;
        const size_t at = extend_back(index, block, done, c->at, c->offset);
        out[count++] = (ZSTD_Sequence){.offset = c->offset,
                                       .litLength = (unsigned)(at - done),
                                       .matchLength = (unsigned)(end - at)};
        done = end;
    }
    out[count++] = (ZSTD_Sequence){.litLength = (unsigned)(length - done)};
    return count;
}
