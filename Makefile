# The few commands of the house; see README.md. Each does its own set-up and can be repeated.

# Debian packages to build and run. Only the missing ones are installed.
PACKAGES = \
	bootstrap-icons ca-certificates fonts-inter-variable git libarchive-dev \
	libcmark-gfm-dev libcmark-gfm-extensions-dev libcurl4-openssl-dev libmicrohttpd-dev \
	libopenblas-dev libphonenumber-dev libpoppler-glib-dev libpq-dev libseccomp-dev libsodium-dev libssl-dev \
	libuchardet-dev libxml2-dev make passwd pkg-config poppler-data python3 python3-pip \
	tzdata unzip util-linux

# What the tests need besides.
TEST_PACKAGES = chromium chromium-driver fonts-dejavu-core

# Rooms with shared state, for the thread sanitizer.
SHARED_STATE = BaseTests|ProcessesTests|PostgresTests|HTTPServerTests|HTTPClientTests
SHARED_STATE := $(SHARED_STATE)|VectorIndexTests|LearningTests|ModelServerTests|JobsTests|DeskTests

FENCE = --explicit-target-dependency-import-check error
SANITIZE = --sanitize=thread --scratch-path .build/thread-sanitizer \
	-Xswiftc -DFRONTDESK_THREAD_SANITIZER

.PHONY: run test check bench clean setup test-setup format lint

# Starts the demo: builds what changed, then serves until it is stopped.
run: setup
	swift build -c release $(FENCE) --product frontdesk
	.build/release/frontdesk intents
	exec .build/release/frontdesk serve --demo

# All tests in one debug build, or those of one room: make test ROOM=Desk
test: test-setup lint
	swift build --build-tests $(FENCE)
	.build/debug/frontdesk intents
	.ci/tests $(ROOM)

# What takes longer: the release build, and the thread sanitizer on the rooms with shared state.
# Child processes with bounded memory are of the plain build: the sanitizer needs terabytes.
check: test-setup
	swift build -c release $(FENCE)
	swift build --product frontdesk $(FENCE)
	.build/release/frontdesk intents
	swift build --build-tests $(SANITIZE)
	TSAN_OPTIONS=halt_on_error=1 .ci/tests --skip-build --disable-xctest --no-parallel \
		$(SANITIZE) --filter '^($(SHARED_STATE))\.'

# All measurements, or one: make bench SUITE=vector
bench: setup
	swift build -c release $(FENCE) --product frontdesk
	swift build -c release $(FENCE) --product bench
	.build/release/frontdesk intents
	.build/release/bench $(SUITE)

# Removes what was built. Fetched parts (.vendor) and data stay.
clean:
	rm -rf .build

setup:
	@.ci/setup run $(PACKAGES)

test-setup:
	@.ci/setup test $(PACKAGES) $(TEST_PACKAGES)

lint:
	swift format lint --strict --parallel --recursive Sources Tests Benchmarks Package.swift

format:
	swift format format --in-place --parallel --recursive Sources Tests Benchmarks Package.swift
