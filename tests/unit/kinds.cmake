wy_test(unit terms MODULES terms)
wy_test(unit store MODULES store)
wy_test(unit columns MODULES columns)
wy_test(unit live MODULES live)
