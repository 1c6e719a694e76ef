wy_test(unit terms MODULES terms)
wy_test(unit store MODULES store)
wy_test(unit columns MODULES columns)
wy_test(unit live MODULES live)
wy_test(unit occurrences MODULES segment)

# The seams include writers and take their place; what those need comes along.
wy_test(unit limits MODULES index)
file(GLOB seams CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/unit/seams/*.c)
target_sources(unit_limits PRIVATE ${seams})
