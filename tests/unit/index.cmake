wy_test(unit index MODULES index)
