# The door to everything; CMake and Ninja do the building. `make demo` and `make check` need nothing but make and Debian 12.
PREFIX ?= /usr/local
DESTDIR ?=
FUZZ_SECONDS ?= 60
BUILD := build
VERSION = $(shell awk '/^project/ { print $$3 }' CMakeLists.txt)

.PHONY: all setup demo check bench fuzz install dist format clean help

all: $(BUILD)/build.ninja
	@cmake --build $(BUILD) --target concord

$(BUILD)/build.ninja:
	@command -v cmake > /dev/null && command -v ninja > /dev/null || { echo "CMake or Ninja is missing: make setup" >&2; exit 1; }
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=$(PREFIX)

# Everything that building, testing and measuring need.
setup:
	@tools/setup build test fuzz bench

# A workspace from the sample figures, its site in demo/site, and the same site served.
demo:
	@tools/setup build
	@$(MAKE) --no-print-directory all
	@tools/demo

check:
	@tools/check

# bench/run where there is one, else each program in turn.
bench:
	@tools/setup bench
	@$(MAKE) --no-print-directory all
	@cmake --build $(BUILD) --target bench_programs
	@if [ -x bench/run ]; then bench/run; else for program in $(BUILD)/bench/bench_*; do "$$program" || exit 1; done; fi

fuzz:
	@tools/setup fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) tools/fuzz

# The prefix is compiled in, so a change of it configures anew.
install:
	@cmake -S . -B $(BUILD) -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX=$(PREFIX) > /dev/null
	@cmake --build $(BUILD) --target concord
	@DESTDIR=$(DESTDIR) cmake --install $(BUILD)

dist:
	@mkdir -p dist
	git archive --format=tar.gz --prefix=concord-$(VERSION)/ -o dist/concord-$(VERSION).tar.gz HEAD
	@echo dist/concord-$(VERSION).tar.gz

format:
	@find src tests bench include -name '*.[ch]' | xargs -r clang-format -i

clean:
	rm -rf $(BUILD) demo dist

help:
	@echo "make           builds build/concord"
	@echo "make demo      installs what is missing, builds, and serves the sample at http://127.0.0.1:8042"
	@echo "make check     installs what is missing, builds twice and runs every test"
	@echo "make bench     measures against the peers"
	@echo "make fuzz      lets each fuzz target search for FUZZ_SECONDS=$(FUZZ_SECONDS)"
	@echo "make install   PREFIX=$(PREFIX) DESTDIR=$(DESTDIR)"
	@echo "make dist      a tar.gz of the committed sources"
	@echo "make setup     installs everything that any of these needs"
	@echo "make format    lays out the C files as the project does"
	@echo "make clean     removes build/, demo/ and dist/"
