wy_test(corrupt corrupt MODULES api)
