# DuckDB's C library and header: from DUCKDB_DIR (cache or environment: a folder with lib/ and include/, or with both
# files directly in it), else from the npm packages that tools/setup puts under vendor/duckdb. A DUCKDB_DIR that
# lacks either is an error: falling back in silence would build against another version than the one asked for.
if(NOT DUCKDB_DIR AND DEFINED ENV{DUCKDB_DIR})
  set(DUCKDB_DIR "$ENV{DUCKDB_DIR}")
endif()
if(DUCKDB_DIR)
  set(_duckdb_from "${DUCKDB_DIR}")
else()
  set(_duckdb_from "${CMAKE_SOURCE_DIR}/vendor/duckdb")
endif()
if(NOT "${_duckdb_from}" STREQUAL "${DUCKDB_FOUND_IN}")
  unset(DUCKDB_LIBRARY CACHE)
  unset(DUCKDB_INCLUDE_DIR CACHE)
  set(DUCKDB_FOUND_IN "${_duckdb_from}" CACHE INTERNAL "Where DuckDB was looked for last")
endif()
find_library(DUCKDB_LIBRARY duckdb PATHS "${_duckdb_from}" PATH_SUFFIXES lib NO_DEFAULT_PATH)
find_path(DUCKDB_INCLUDE_DIR duckdb.h PATHS "${_duckdb_from}" PATH_SUFFIXES include NO_DEFAULT_PATH)
include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DuckDB REQUIRED_VARS DUCKDB_LIBRARY DUCKDB_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "looked in ${_duckdb_from}: run `make setup`, or name a folder in DUCKDB_DIR")
if(DuckDB_FOUND AND NOT TARGET DuckDB::DuckDB)
  add_library(DuckDB::DuckDB SHARED IMPORTED)
  set_target_properties(DuckDB::DuckDB PROPERTIES
    IMPORTED_LOCATION "${DUCKDB_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${DUCKDB_INCLUDE_DIR}")
endif()
