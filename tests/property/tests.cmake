wy_test(property search MODULES api)
