wy_test(crash crash MODULES api)
wy_test(crash full MODULES api)
wy_test(crash kill MODULES api)
