wy_test(corrupt corrupt MODULES api)
wy_test(corrupt repair MODULES api)
