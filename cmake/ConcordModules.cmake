# concord_module(NAME [modules and libraries it uses]): one static library per folder of src/.
# Sources are all *.c of the folder except main.c.
function(concord_module name)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/src/${name}/*.c")
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")
  if(NOT sources)
    add_library(concord_${name} INTERFACE)
    target_include_directories(concord_${name} INTERFACE "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/include")
    target_link_libraries(concord_${name} INTERFACE concord_flags ${ARGN})
    return()
  endif()
  add_library(concord_${name} STATIC ${sources})
  target_include_directories(concord_${name} PUBLIC "${CMAKE_SOURCE_DIR}/src" "${CMAKE_SOURCE_DIR}/include")
  target_link_libraries(concord_${name} PUBLIC concord_flags ${ARGN})
endfunction()

# Every test that ends with 77 was skipped (it lacks ../shared, a browser ...), whoever declared it. CMake keeps the
# command that a function of the same name hides as _NAME; arguments go through brackets so that none is split.
function(add_test)
  set(call "")
  math(EXPR last "${ARGC} - 1")
  foreach(i RANGE ${last})
    string(APPEND call " [==[${ARGV${i}}]==]")
  endforeach()
  cmake_language(EVAL CODE "_add_test(${call})")
  if("${ARGV0}" STREQUAL "NAME")
    set_tests_properties("${ARGV1}" PROPERTIES SKIP_RETURN_CODE 77)
  endif()
endfunction()

# cmocka answers 0 when every test of a program called skip(); its last lines then give the same number as run and as
# skipped, and ctest is told to call that skipped.
set(CONCORD_ALL_SKIPPED "")
foreach(_n RANGE 1 40) # no bracket in the pattern: one without its partner would join the elements of the list
  list(APPEND CONCORD_ALL_SKIPPED " ${_n} test\\(s\\) run\\..* PASSED .* SKIPPED . ${_n} test\\(s\\)")
endforeach()

# concord_tests(NAME): every tests/unit/NAME/test_*.c is a program linked with that module and cmocka.
function(concord_tests name)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_SOURCE_DIR}/tests/unit/${name}/test_*.c")
  foreach(source ${sources})
    get_filename_component(base "${source}" NAME_WE)
    set(target "${name}_${base}")
    add_executable(${target} "${source}")
    target_link_libraries(${target} PRIVATE concord_${name} cmocka)
    target_compile_definitions(${target} PRIVATE CONCORD_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
    add_test(NAME unit/${name}/${base} COMMAND ${target})
    set_tests_properties(unit/${name}/${base} PROPERTIES SKIP_REGULAR_EXPRESSION "${CONCORD_ALL_SKIPPED}")
  endforeach()
endfunction()
