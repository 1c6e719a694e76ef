# segment/similarity.c uses the logarithm.
wy_test(unit query_parse MODULES query)
wy_test(unit query_page MODULES query)
wy_test(unit query_plan MODULES query)
wy_test(unit query_meet MODULES query LIBS m)
wy_test(unit query_cursor MODULES query LIBS m)
wy_test(unit query_find MODULES query LIBS m)
wy_test(unit query_rank MODULES api)
wy_test(unit result MODULES result)
