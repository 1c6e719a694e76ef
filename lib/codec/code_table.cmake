# The table and the trees of the prefix codes, made from their lengths by a small program.
set(generated ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated}/codec)
add_executable(gen_code_table codec/gen_code_table.c)
target_include_directories(gen_code_table PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
target_link_libraries(gen_code_table PRIVATE wy_flags)
add_custom_command(OUTPUT ${generated}/codec/code_table.h ${generated}/codec/code_trees.h
    COMMAND gen_code_table ${generated}/codec/code_table.h ${generated}/codec/code_trees.h
    DEPENDS gen_code_table VERBATIM)
target_sources(o_codec PRIVATE ${generated}/codec/code_table.h
    ${generated}/codec/code_trees.h)
target_include_directories(o_codec PRIVATE ${generated})
