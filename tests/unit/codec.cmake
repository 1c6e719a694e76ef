wy_test(unit codec MODULES codec)
wy_test(unit postings MODULES postings)
wy_test(unit positions MODULES positions)
