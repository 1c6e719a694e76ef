wy_test(property search MODULES api)
wy_test(property faults MODULES api)
wy_test(property threads MODULES api)
wy_test(property explore MODULES api LIBS m)
