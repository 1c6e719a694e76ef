wy_test(unit index MODULES index)
wy_test(unit index_writer MODULES api)
