# The tables of text/, made from the ICU at hand by small programs.
set(generated ${CMAKE_BINARY_DIR}/generated)
file(MAKE_DIRECTORY ${generated}/text)
foreach(table fold_table class_table grapheme_table)
    add_executable(gen_${table} text/gen_${table}.c text/gen_write.c)
    target_include_directories(gen_${table} PRIVATE ${CMAKE_CURRENT_SOURCE_DIR})
    target_link_libraries(gen_${table} PRIVATE wy_flags PkgConfig::ICU PkgConfig::ICU_I18N)
    add_custom_command(OUTPUT ${generated}/text/${table}.h
        COMMAND gen_${table} ${generated}/text/${table}.h
        DEPENDS gen_${table} VERBATIM)
    target_sources(o_text PRIVATE ${generated}/text/${table}.h)
endforeach()
target_include_directories(o_text PRIVATE ${generated} ${STEMMER_INCLUDE})
