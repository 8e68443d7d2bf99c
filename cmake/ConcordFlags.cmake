# Warnings, hardening and sanitizers, in one interface target that every module links.
include(CheckCCompilerFlag)
set(_sanitizers "")
foreach(_option CONCORD_SANITIZE CONCORD_TSAN CONCORD_FUZZ)
  if(${_option})
    list(APPEND _sanitizers ${_option})
  endif()
endforeach()
list(LENGTH _sanitizers _count)
if(_count GREATER 1)
  message(FATAL_ERROR "Choose one of CONCORD_SANITIZE, CONCORD_TSAN and CONCORD_FUZZ (given: ${_sanitizers})")
endif()
if(CONCORD_FUZZ AND NOT CMAKE_C_COMPILER_ID STREQUAL "Clang")
  message(FATAL_ERROR "CONCORD_FUZZ needs clang: add -DCMAKE_C_COMPILER=clang")
endif()

# CMake's own choice is -O3, which makes larger code that measured no faster here.
set(CMAKE_C_FLAGS_RELEASE "-O2 -DNDEBUG")

add_library(concord_flags INTERFACE)
target_compile_definitions(concord_flags INTERFACE _POSIX_C_SOURCE=200809L _DEFAULT_SOURCE)
# -ffp-contract=off: a fused multiply-add rounds once where the reference rounds twice, and only on some processors;
# the same figures must come out everywhere.
target_compile_options(concord_flags INTERFACE
  -Wall -Wextra -Wconversion -Wshadow -Wstrict-prototypes -Wvla -Wmissing-prototypes
  -fno-math-errno -ffp-contract=off)
if(CONCORD_WERROR)
  target_compile_options(concord_flags INTERFACE -Werror)
endif()

if(_sanitizers)
  if(CONCORD_TSAN)
    set(_sanitize -fsanitize=thread)
  else()
    set(_sanitize -fsanitize=address,undefined)
  endif()
  target_compile_options(concord_flags INTERFACE
    ${_sanitize} $<$<BOOL:${CONCORD_FUZZ}>:-fsanitize=fuzzer-no-link>
    -fno-sanitize-recover=all -fno-omit-frame-pointer -O1 -g -UNDEBUG)
  target_link_options(concord_flags INTERFACE ${_sanitize})
else()
  # tests/build/check-hardening looks into the finished program for each of these.
  target_compile_options(concord_flags INTERFACE -fstack-protector-strong -fPIE)
  foreach(_flag stack-clash-protection cf-protection) # the second is of x86 only
    string(MAKE_C_IDENTIFIER "CONCORD_HAS_${_flag}" _has)
    check_c_compiler_flag("-f${_flag}" ${_has})
    if(${_has})
      target_compile_options(concord_flags INTERFACE "-f${_flag}")
    endif()
  endforeach()
  target_compile_options(concord_flags INTERFACE $<$<CONFIG:Release>:-U_FORTIFY_SOURCE>)
  target_compile_options(concord_flags INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  target_link_options(concord_flags INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack)
endif()
