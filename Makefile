# thidua: build, run, test, install. `make help` lists the targets.
#
# Everything that is built lands under $(BUILD), so variants live side by side:
#   make BUILD=build/clang CC=clang
#   make BUILD=build/asan CFLAGS='-O1 -g -fsanitize=address,undefined'
# Sources are found by pattern: a new file needs no line here.

BUILD  ?= build
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
OUT    ?= out
ifeq ($(origin CC),default)
CC := gcc
endif
CFLAGS ?= -O2 -g
WERROR ?= -Werror
FUZZ_SECONDS ?= 20

# V=1 shows whole command lines, -s nothing.
Q      := $(if $(filter 1,$(V)),,@)
SILENT := $(findstring s,$(filter-out -%,$(firstword $(MAKEFLAGS))))
say     = @$(if $(filter 1,$(V))$(SILENT),:,echo '  $1')

# All cores, unless -j says otherwise.
ifeq (,$(filter -j%,$(MAKEFLAGS)))
MAKEFLAGS += -j$(shell nproc)
endif

# `make fuzz` is a build of its own: clang, libFuzzer and sanitizers, which keep loops from being
# vectorized; that is a warning, and no fault here.
ifneq (,$(filter fuzz,$(MAKECMDGOALS)))
BUILD  := build/fuzz
CC     := clang
SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS := -O1 -g $(SANITIZE) -fsanitize=fuzzer-no-link -DTD_LIBFUZZER
FUZZ_LINK := -fsanitize=fuzzer
WERROR    :=
endif

VERSION := $(shell sed -n 's/^\#define TD_VERSION "\(.*\)"/\1/p' engine/thidua.h)
SONAME  := libthidua.so.$(firstword $(subst ., ,$(VERSION)))

# ---- flags ------------------------------------------------------------------------------

PACKAGES := gsl gmp libcjson icu-i18n icu-uc nettle

# Asked for when a recipe needs them, not while this file is read: on a fresh machine
# pkg-config comes with `make deps` of the same run. Asked once.
PKG_CFLAGS  = $(eval PKG_CFLAGS := $(shell pkg-config --cflags $(PACKAGES)))$(PKG_CFLAGS)
# GLPK has no pkg-config file in Debian.
PKG_LIBS    = $(eval PKG_LIBS := $(shell pkg-config --libs $(PACKAGES)) -lglpk)$(PKG_LIBS)
CMOCKA_LIBS = $(eval CMOCKA_LIBS := $(shell pkg-config --libs cmocka))$(CMOCKA_LIBS)

# No fused multiply-add: the last bit must not depend on the compiler.
BASE_CFLAGS := -std=gnu17 -D_GNU_SOURCE -I. -Wall -Wextra -Wpedantic -Wconversion -Wshadow \
               $(WERROR) -ffp-contract=off -fno-trapping-math -fopenmp -fPIC -fno-semantic-interposition
COMPILE = $(CC) $(BASE_CFLAGS) $(CPPFLAGS) $(CFLAGS) $(PKG_CFLAGS)
LINK    = $(CC) -fopenmp $(CFLAGS) $(LDFLAGS)

# ---- files ------------------------------------------------------------------------------

sources = $(sort $(wildcard $(addsuffix /*.c,$1)))
objects = $(patsubst %.c,$(BUILD)/obj/%.o,$1)

LIB_SOURCES   := $(call sources,engine engine/* criteria criteria/* datasets datasets/*)
APP_SOURCES   := $(call sources,apps/cli apps/report)
HELP_SOURCES  := $(call sources,tests/lib)
UNIT_SOURCES  := $(sort $(wildcard tests/unit/test_*.c))
FUZZ_SOURCES  := $(filter-out tests/fuzz/driver.c,$(call sources,tests/fuzz))
BENCH_SOURCES := $(call sources,bench)
MEASURE_SOURCES := $(call sources,bench/lib)

LIB_OBJECTS  := $(call objects,$(LIB_SOURCES))
APP_OBJECTS  := $(call objects,$(APP_SOURCES))
HELP_OBJECTS := $(call objects,$(HELP_SOURCES))
MEASURE_OBJECTS := $(call objects,$(MEASURE_SOURCES))
ALL_OBJECTS  := $(LIB_OBJECTS) $(APP_OBJECTS) $(HELP_OBJECTS) $(MEASURE_OBJECTS) \
                $(call objects,$(UNIT_SOURCES) $(FUZZ_SOURCES) tests/fuzz/driver.c $(BENCH_SOURCES))

PROGRAM    := $(BUILD)/thidua
STATIC_LIB := $(BUILD)/libthidua.a
SHARED_LIB := $(BUILD)/libthidua.so.$(VERSION)
UNIT_TESTS := $(patsubst %.c,$(BUILD)/%,$(UNIT_SOURCES))
FUZZERS    := $(patsubst %.c,$(BUILD)/%,$(FUZZ_SOURCES))
BENCHES    := $(patsubst %.c,$(BUILD)/%,$(BENCH_SOURCES))

.DELETE_ON_ERROR:
.SECONDARY:
.PHONY: all run test test-programs bench benches bench-peers instructions fuzz check-deps format clean help deps install \
        uninstall FORCE

all: $(PROGRAM) $(STATIC_LIB) $(SHARED_LIB)

# ---- packages ---------------------------------------------------------------------------

# What run and test need is installed by apt-get where it is missing; every other target
# only says what is missing. Takes milliseconds when nothing is.
INSTALLING := $(filter deps run test test-programs bench bench-peers fuzz,$(MAKECMDGOALS))
LEVEL      := $(if $(filter fuzz,$(INSTALLING)),ci,$(if $(filter test%,$(INSTALLING)),test,build))

deps:
	@.ci/deps $(if $(INSTALLING),install,check) $(LEVEL)

# ---- build ------------------------------------------------------------------------------

# Changes only when the compiler or its flags do; every object depends on it.
$(BUILD)/flags: FORCE | deps
	@mkdir -p $(@D)
	@echo '$(COMPILE) / $(LINK)' | cmp -s - $@ || echo '$(COMPILE) / $(LINK)' > $@

$(BUILD)/obj/%.o: %.c $(BUILD)/flags | deps
	@mkdir -p $(@D)
	$(call say,compile $<)
	$(Q)$(COMPILE) -MMD -MP -c -o $@ $<

$(STATIC_LIB): $(LIB_OBJECTS)
	@rm -f $@
	$(call say,archive $@)
	$(Q)ar rcs $@ $^

# Only what thidua.h declares is visible outside.
$(BUILD)/thidua.map: engine/thidua.h
	@mkdir -p $(@D)
	@{ echo '{ global:'; grep -oE '\<td_[a-z0-9_]+\(' $< | sort -u | tr '(' ';'; \
	   echo 'local: *; };'; } > $@

$(SHARED_LIB): $(LIB_OBJECTS) $(BUILD)/thidua.map
	$(call say,link $@)
	$(Q)$(LINK) -shared -Wl,-soname,$(SONAME) -Wl,--version-script=$(BUILD)/thidua.map \
	    -o $@ $(LIB_OBJECTS) $(PKG_LIBS) -lm
	@ln -sf $(@F) $(BUILD)/$(SONAME)
	@ln -sf $(SONAME) $(BUILD)/libthidua.so

$(PROGRAM): $(APP_OBJECTS) $(STATIC_LIB)
	$(call say,link $@)
	$(Q)$(LINK) -o $@ $^ $(PKG_LIBS) -lm

# The reader that cells are compared with has no file for pkg-config.
$(BUILD)/tests/unit/test_csv_peer: PEER_LIBS := -lcsv

$(UNIT_TESTS): $(BUILD)/%: $(BUILD)/obj/%.o $(HELP_OBJECTS) $(STATIC_LIB)
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(LINK) -o $@ $^ $(CMOCKA_LIBS) $(PEER_LIBS) $(PKG_LIBS) -lm

# The same targets replay kept inputs (driver.c) or search for new ones (libFuzzer).
$(FUZZERS): $(BUILD)/%: $(BUILD)/obj/%.o $(BUILD)/obj/tests/fuzz/driver.o $(HELP_OBJECTS) \
            $(STATIC_LIB)
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(LINK) $(FUZZ_LINK) -o $@ $^ $(PKG_LIBS) -lm

$(BENCHES): $(BUILD)/%: $(BUILD)/obj/%.o $(MEASURE_OBJECTS) $(STATIC_LIB)
	@mkdir -p $(@D)
	$(call say,link $@)
	$(Q)$(LINK) -o $@ $^ $(PKG_LIBS) -lm

# ---- run and test -----------------------------------------------------------------------

SAMPLE := datasets/samples/hcmc-2025

RESULT := $(OUT)/$(notdir $(SAMPLE))

# Exit code 1 of the program means "finished, with findings".
evaluate = $(PROGRAM) evaluate $(SAMPLE) $1 || [ $$? -eq 1 ]

run: $(PROGRAM)
	@mkdir -p $(OUT)
	@$(call evaluate,--format=json --quiet -o $(RESULT).json)
	@$(call evaluate,--format=csv --quiet -o $(RESULT).csv)
	@$(call evaluate,--format=csv --csv-style=vn --quiet -o $(RESULT)-excel.csv)
	@$(call evaluate)
	@echo 'Full results: $(RESULT).json, .csv and -excel.csv. Why a unit stands where it does:' \
	    "$(PROGRAM) explain $(SAMPLE) $$(sed -n '2s/[,;].*//p' $(SAMPLE)/units.csv)"

test-programs: all $(UNIT_TESTS) $(FUZZERS)

test: test-programs
	@BUILD='$(BUILD)' CC='$(CC)' CFLAGS='$(CFLAGS)' LDFLAGS='$(LDFLAGS)' tests/run.sh

benches: $(BENCHES)

bench: $(PROGRAM) $(BENCHES)
	@BUILD='$(BUILD)' bench/run.sh

# The same jobs in other programs, what is already measured left out; AGAIN=--again measures anew.
PEERS := $(BUILD)/peers
bench-peers: $(PROGRAM) $(BENCHES) $(PEERS)/node_modules
	@.ci/deps install peers
	@BUILD='$(BUILD)' bench/peers/run.py $(AGAIN)
	@BUILD='$(BUILD)' bench/peers/report.py

$(PEERS)/node_modules: bench/peers/package.json
	@.ci/deps install peers
	@mkdir -p $(@D)
	@cp $< $(@D)
	@npm install --prefix $(@D) --force --no-audit --no-fund --silent
	@touch $@

# The counts that tests/instructions.sh compares with, anew: after a change that means to change them.
instructions: $(PROGRAM)
	@BUILD='$(BUILD)' tests/instructions.sh --accept

fuzz: $(FUZZERS)
	@BUILD='$(BUILD)' FUZZ_SECONDS='$(FUZZ_SECONDS)' tests/fuzz/run.sh $(notdir $(FUZZERS))

check-deps:
	@tests/check-deps.sh

# All of .ci/run, or one piece of it: make ci-clang ci-sanitize ci-valgrind ...
ci:
	@.ci/run
ci-%:
	@.ci/run $*

format:
	@git ls-files -co --exclude-standard '*.c' '*.h' | xargs clang-format -i

# ---- install ----------------------------------------------------------------------------

DATA_DIR := $(PREFIX)/share/thidua
DATA     := $(sort $(wildcard criteria/*.json criteria/sets/*.json criteria/policies/*.json \
                   datasets/samples/*/* criteria/README.md datasets/README.md))
MAN1     := $(sort $(wildcard apps/man/*.1))
MAN5     := $(sort $(wildcard apps/man/*.5))
COMPLETION := $(firstword $(wildcard apps/completion/thidua apps/completion/*))

install: all
	install -D -m 755 $(PROGRAM) $(DESTDIR)$(PREFIX)/bin/thidua
	install -D -m 644 engine/thidua.h $(DESTDIR)$(PREFIX)/include/thidua.h
	install -D -m 644 $(STATIC_LIB) $(DESTDIR)$(LIBDIR)/libthidua.a
	install -D -m 755 $(SHARED_LIB) $(DESTDIR)$(LIBDIR)/$(notdir $(SHARED_LIB))
	ln -sf $(notdir $(SHARED_LIB)) $(DESTDIR)$(LIBDIR)/$(SONAME)
	ln -sf $(SONAME) $(DESTDIR)$(LIBDIR)/libthidua.so
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@VERSION@|$(VERSION)|' \
	    -e 's|@PACKAGES@|$(PACKAGES)|' engine/thidua.pc.in \
	    > $(DESTDIR)$(LIBDIR)/pkgconfig/thidua.pc
	for page in $(MAN1); do \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man1/$${page##*/}; done
	for page in $(MAN5); do \
	    install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man5/$${page##*/}; done
	$(if $(COMPLETION),install -D -m 644 $(COMPLETION) \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/thidua)
	for file in $(DATA); do install -D -m 644 $$file $(DESTDIR)$(DATA_DIR)/$$file; done

uninstall:
	rm -f $(DESTDIR)$(PREFIX)/bin/thidua $(DESTDIR)$(PREFIX)/include/thidua.h \
	    $(DESTDIR)$(LIBDIR)/libthidua.a $(DESTDIR)$(LIBDIR)/libthidua.so \
	    $(DESTDIR)$(LIBDIR)/$(SONAME) $(DESTDIR)$(LIBDIR)/$(notdir $(SHARED_LIB)) \
	    $(DESTDIR)$(LIBDIR)/pkgconfig/thidua.pc \
	    $(addprefix $(DESTDIR)$(PREFIX)/share/man/man1/,$(notdir $(MAN1))) \
	    $(addprefix $(DESTDIR)$(PREFIX)/share/man/man5/,$(notdir $(MAN5))) \
	    $(DESTDIR)$(PREFIX)/share/bash-completion/completions/thidua
	rm -rf $(DESTDIR)$(DATA_DIR)

# ---- the rest ---------------------------------------------------------------------------

clean:
	rm -rf $(BUILD) $(OUT)

help:
	@echo 'make              build $(PROGRAM), libthidua.a and libthidua.so'
	@echo 'make run          install what is missing, build, evaluate the sample province'
	@echo 'make test         install what is missing, build, run every test'
	@echo 'make install      PREFIX=$(PREFIX) DESTDIR=$(DESTDIR); make uninstall takes it away'
	@echo 'make bench        time the program on this machine, alone, in under two minutes'
	@echo 'make bench-peers  install other programs, let them do the same jobs, write bench/RESULTS.md'
	@echo 'make instructions the table of executed instructions that make ci-instructions compares with'
	@echo 'make fuzz         FUZZ_SECONDS=$(FUZZ_SECONDS) per target, with clang'
	@echo 'make ci           everything that must hold before a change is merged'
	@echo 'make ci-PIECE     one piece of it: clang sanitize valgrind determinism fuzz ...'
	@echo 'make check-deps   who includes whom'
	@echo 'make format       clang-format the sources'
	@echo 'make deps         install the packages that the build needs'
	@echo 'make clean        remove $(BUILD)/ and $(OUT)/'
	@echo
	@echo 'Variants: make BUILD=build/clang CC=clang CFLAGS=-O3'

-include $(ALL_OBJECTS:.o=.d)
