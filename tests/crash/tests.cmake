wy_test(crash crash MODULES api)
