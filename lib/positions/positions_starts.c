#include "positions/positions_starts.h"

const wy_positions_starting *wy_positions_starting_get(void)
{
    const wy_positions_starting *avx512 = wy_positions_starting_avx512();
    return avx512 ? avx512 : wy_positions_starting_avx2();
}
