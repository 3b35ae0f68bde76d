#!/usr/bin/env python3
# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Check the rules of the house that a compiler does not know.

Usage: check.py ROOT        check the source tree at ROOT
       check.py --self-test see every rule fail on a planted violation
"""

import os
import re
import sys
import tempfile

TOP_FOLDERS = ("plugin core ttl presets tests tool bench docs .ci").split()

# What each folder may include, from the ground up; its own files are allowed.
CORE = ["core/base", "core/net", "core/audio", "core/music", "core/text"]
FLOORS = {
    "core/base": [],
    "core/net": ["core/base"],
    "core/audio": ["core/base", "core/net"],
    "core/music": ["core/base", "core/net"],
    "core/text": ["core/base", "core/net"],
    "core/train": CORE,
    "plugin": CORE,
    "tool": CORE + ["core/train"],
    "tests": CORE + ["core/train", "plugin", "tool"],
    "bench": CORE + ["core/train", "plugin"],
}

# Where the headers of a library may be named
LIBRARIES = {
    r"fftw3\.h": r"core/audio/(frames|convolve)[a-z_]*\.[ch]|tests/",
    r"sndfile\.h": r"tool/|tests/|bench/",
    r"lv2/.*": r"plugin/|tests/|bench/",
    r"lilv/.*": r"tests/",
    r"jack/.*": r"tests/",
    r"jansson\.h": r"core/net/config[a-z_]*\.[ch]|tests/",
    r"cairo(/.*)?\.h": r"tool/|tests/",
    r"g(test|mock)/.*": r"tests/",
    r"sanitizer/.*": r"tests/|core/base/attributes\.h",
    r"(x86|[a-z]*mm)intrin\.h|cpuid\.h|arm_neon\.h": r"core/|plugin/|tests/",
    r"sys/(auxv)\.h": r"core/|tests/",
    r"link\.h": r"plugin/touch\.c|tests/",
}

# Headers of C and POSIX
SYSTEM = re.compile(
    r"(assert|complex|ctype|dirent|dlfcn|errno|execinfo|fcntl|fenv|float|getopt|glob"
    r"|inttypes|libgen|limits|locale|math|poll|pthread|sched|setjmp|signal"
    r"|spawn|std(align|arg|atomic|bool|def|int|io|lib|noreturn)|string"
    r"|strings|tgmath|threads|time|unistd|wchar|malloc|langinfo|ftw"
    r"|sys/[a-z]+|linux/[a-z]+)\.h")

# A library of C has no business with these in the audio thread.
RT_HEADERS = re.compile(
    r"(stdio|pthread|threads|unistd|fcntl|time|signal|errno|locale|dirent"
    r"|sys/.*)\.h")
RT_CALLS = re.compile(
    r"\b(malloc|calloc|realloc|reallocarray|free|aligned_alloc|memalign"
    r"|posix_memalign|alloca|strdup|strndup|asprintf|v?f?printf|v?sn?printf"
    r"|puts|putchar|fputs|fputc|f?open|fclose|fread|fwrite|fflush|read|write"
    r"|close|ioctl|mmap|munmap|syscall|usleep|nanosleep|sleep|abort|exit"
    r"|assert|perror|getenv|setlocale|time|clock|clock_gettime|gettimeofday"
    r"|rand|srand|random|pthread_\w+|mtx_\w+|cnd_\w+|thrd_\w+|sem_\w+"
    r"|dlopen|dlsym|throw|fftwf?_(malloc|free|plan_\w+|destroy_plan)"
    r"|rondo_\w+_(new|free|load|read|write)|rondo_aligned_(new|free))\s*\(")

# Written so that this file does not hold the words that it looks for
UNFINISHED = re.compile(
    r"\b(" + "|".join(["TO" + "DO", "FIX" + "ME", "X" + "XX", "HA" + "CK"]) +
    r")\b|\bnot " + r"implemented\b|\bst" + r"ub(s|bed)?\b")
FOREIGN = re.compile(
    r"(?<![\w.$}*])/(wo" + r"rk|ho" + r"me|ro" + r"ot)/|/tm" + r"p/[a-z]"
    r"|\bissue " + r"#?\d")
FLAGS = re.compile(r"-f" + r"fast-math|-march=" + r"native|-Ofa" + r"st")

SOURCE = re.compile(r".*\.(c|h|cpp|hpp|py|sh|lua|ttl(\.in)?|build|txt|yml)$")
C_SOURCE = re.compile(r".*\.(c|h|cpp|hpp)(\.in)?$")
TEXT = re.compile(
    SOURCE.pattern + r"|.*\.(md|json|in|1|preset)$|(.*/)?\.(clang-\w+|ci/run"
    r"|gitignore|editorconfig)$|LICENSE$")
SCRIPTS = {".ci/run", "rondo.sh"}
NO_LICENCE = re.compile(r"tests/.*/(bundles|golden)/.*\.(txt|ttl)$")
NOT_OURS = re.compile(r"tests/fuzz/corpus/")  # bytes that are meant to be odd
MAX_LINES = 600

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.M)
COMMENTS = re.compile(
    r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def strip_comments(text):
    """Blank comments and strings, keeping the lines."""
    return COMMENTS.sub(lambda m: re.sub(r"[^\n]", " ", m.group()), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


class Tree:
    """The files of a source tree and the complaints about them."""

    def __init__(self, root):
        self.root = root
        self.files = {}
        self.complaints = []
        for name in sorted(os.listdir(root)):
            if os.path.isfile(os.path.join(root, name)):
                self.add(name)
        for top in TOP_FOLDERS:
            for folder, folders, names in os.walk(os.path.join(root, top)):
                folders[:] = sorted(set(folders) - {"__pycache__"})
                for name in sorted(names):
                    self.add(os.path.relpath(os.path.join(folder, name), root))

    def add(self, path):
        if (TEXT.match(path) or path in SCRIPTS) and not NOT_OURS.match(path):
            with open(os.path.join(self.root, path), "rb") as file:
                self.files[path] = file.read().decode("utf-8", "replace")

    def complain(self, path, position, message):
        line = line_of(self.files[path], position)
        self.complaints.append(f"{path}:{line}: {message}")


def floor_of(path):
    parts = path.split("/")
    return "/".join(parts[:2]) if parts[0] == "core" else parts[0]


def check_library_include(tree, path, position, name):
    for library, places in LIBRARIES.items():
        if re.fullmatch(library, name):
            if not re.match(places, path):
                tree.complain(path, position, f"<{name}> has no place here")
            return
    if SYSTEM.fullmatch(name):
        return
    if path.startswith("tests/") and re.fullmatch(r"[a-z_]+", name):
        return  # the C++ library
    tree.complain(path, position, f"<{name}> is not a header we know")


def check_includes(tree, path, text):
    """Floors: a file includes only what lies below it."""
    for match in INCLUDE.finditer(text):
        quote, name = match.groups()
        if quote == "<":
            check_library_include(tree, path, match.start(), name)
            continue
        if name not in tree.files and name + ".in" not in tree.files:
            tree.complain(path, match.start(),
                          f'"{name}" is not a path from the root')
            continue
        allowed = FLOORS.get(floor_of(path), [])
        if floor_of(name) not in [floor_of(path)] + allowed:
            tree.complain(path, match.start(),
                          f"{floor_of(path)} may not include {name}")


def check_real_time(tree, path, text):
    """What runs in the audio thread neither allocates nor waits."""
    if not path.endswith("_rt.c"):
        return
    for match in INCLUDE.finditer(text):
        if RT_HEADERS.fullmatch(match.group(2)):
            tree.complain(path, match.start(),
                          f"<{match.group(2)}> in an audio-thread file")
    for match in RT_CALLS.finditer(strip_comments(text)):
        tree.complain(path, match.start(),
                      f"{match.group(1)}() in an audio-thread file")


def check_real_time_home(tree, path, text):
    """What a core header marks RONDO_REALTIME is defined in a *_rt.c."""
    if not (path.startswith("core/") and path.endswith(".h")):
        return
    plain = strip_comments(text)
    for match in re.finditer(
            r"^RONDO_REALTIME\s[^;{(]*?\b(\w+)\s*\(", plain, re.M):
        definition = re.compile(
            r"^(?:[\w *]+[ *])?" + match.group(1) + r"\([^;{]*\)\s*\{", re.M)
        for other, body in tree.files.items():
            if (other.endswith(".c") and not other.endswith("_rt.c")
                    and other.startswith("core/")
                    and definition.search(strip_comments(body))):
                tree.complain(path, match.start(),
                              f"{match.group(1)}() is defined in {other}, "
                              "not in an audio-thread file")


def check_guard(tree, path, text):
    if not path.endswith(".h"):
        return
    name = re.sub(r"^core/", "", path)
    guard = "RONDO_" + re.sub(r"\W", "_", name).upper()
    if f"#ifndef {guard}\n#define {guard}\n" not in text:
        tree.complain(path, 0, f"the include guard should be {guard}")


def check_licence(tree, path, text):
    if not (SOURCE.match(path) or path in SCRIPTS) or NO_LICENCE.match(path):
        return
    head = "\n".join(text.splitlines()[:5])
    if not re.search(r"Copyright 20\d\d The Rondo developers", head):
        tree.complain(path, 0, "no copyright line at the top")
    if "SPDX-License-" + "Identifier: ISC" not in head:
        tree.complain(path, 0, "no SPDX line at the top")


def check_words(tree, path, text):
    """Nothing unfinished, and nothing of one person's machine."""
    for match in UNFINISHED.finditer(text):
        tree.complain(path, match.start(), f"unfinished: {match.group()}")
    for match in FOREIGN.finditer(text):
        tree.complain(path, match.start(), f"out of place: {match.group()}")
    if not path.endswith(".md"):
        for match in FLAGS.finditer(text):
            tree.complain(path, match.start(), f"forbidden: {match.group()}")


def check_layout(tree, path, text):
    if "\r" in text:
        tree.complain(path, text.index("\r"), "carriage return")
    if "\ufffd" in text:
        tree.complain(path, text.index("\ufffd"), "not UTF-8")
    if text and not text.endswith("\n"):
        tree.complain(path, len(text), "no newline at the end")
    if text.endswith("\n\n"):
        tree.complain(path, len(text) - 1, "empty line at the end")
    for match in re.finditer(r"[ \t]+$", text, re.M):
        tree.complain(path, match.start(), "space at the end of the line")
    for match in re.finditer(r"^[ ]*\t", text, re.M):
        tree.complain(path, match.start(), "tab")


def check_length(tree, path, text):
    n_lines = text.count("\n")
    if C_SOURCE.match(path) and n_lines > MAX_LINES:
        tree.complain(path, len(text) - 1,
                      f"{n_lines} lines, more than {MAX_LINES}")


def check_docs_in_headers(tree, path, text):
    if path.startswith("tests/") or not path.endswith((".c", ".cpp")):
        return
    for match in re.finditer(r"^[ \t]*/\*\*", text, re.M):
        tree.complain(path, match.start(),
                      "documentation stands in headers; // tells why here")


RULES = [
    check_includes, check_real_time, check_real_time_home, check_guard,
    check_licence, check_words, check_layout, check_length,
    check_docs_in_headers,
]


def check(root):
    tree = Tree(root)
    for path, text in tree.files.items():
        for rule in RULES:
            if rule in (check_includes, check_real_time_home):
                if not C_SOURCE.match(path):
                    continue
            rule(tree, path, text)
    return tree


HEAD = ("// Copyright 2026 The Rondo developers\n// SPDX-License-"
        "Identifier: ISC\n\n")
HEADER = "#ifndef RONDO_{0}\n#define RONDO_{0}\n{1}#endif\n"

# A tree without fault, and what is planted in it: path, text, complaint
SOUND = {
    "core/net/a.h": HEAD + HEADER.format("NET_A_H", "RONDO_REALTIME void\n"
                                         "rondo_a_step(int x);\n"),
    "core/net/a_rt.c": HEAD + '#include "core/net/a.h"\n\n#include <math.h>\n'
    "void\nrondo_a_step(int x)\n{\n  // no malloc() here\n}\n",
    "core/net/config.c": HEAD + "#include <jansson.h>\n",
    "core/audio/frames.c": HEAD + "#include <fftw3.h>\n"
    '#include "core/net/a.h"\n',
    "tool/a.c": HEAD + '#include "core/train/t.h"\n#include <sndfile.h>\n'
    "#include <cairo.h>\n",
    "core/train/t.h": HEAD + HEADER.format("TRAIN_T_H", ""),
    "tests/net/test_a.cpp": HEAD + "#include <gtest/gtest.h>\n"
    "#include <vector>\n",
    "README.md": "Never -f" + "fast-math.\n",
}
PLANTED = [
    ("core/base/p.c", HEAD + '#include "core/net/a.h"\n', "may not include"),
    ("core/net/p.c", HEAD + '#include "core/train/t.h"\n', "may not include"),
    ("plugin/p.c", HEAD + '#include "core/train/t.h"\n', "may not include"),
    ("core/net/p.c", HEAD + '#include "a.h"\n', "not a path from the root"),
    ("core/net/p.c", HEAD + "#include <fftw3.h>\n", "no place here"),
    ("core/audio/bands.c", HEAD + "#include <fftw3.h>\n", "no place here"),
    ("core/audio/p.c", HEAD + "#include <sndfile.h>\n", "no place here"),
    ("core/net/p.c", HEAD + "#include <jansson.h>\n", "no place here"),
    ("core/net/p.c", HEAD + "# include <lv2/core/lv2.h>\n", "no place here"),
    ("tool/p.c", HEAD + "#include <lilv/lilv.h>\n", "no place here"),
    ("plugin/p.c", HEAD + "#include <cairo.h>\n", "no place here"),
    ("core/net/p.c", HEAD + "#include <glib.h>\n", "not a header we know"),
    ("core/net/p_rt.c", HEAD + "void f(void) { malloc(1); }\n", "malloc()"),
    ("core/net/p_rt.c", HEAD + "void f(void) { free (p); }\n", "free()"),
    ("core/net/p_rt.c", HEAD + 'void f(void) { printf("a"); }\n', "printf()"),
    ("core/net/p_rt.c", HEAD + "void f(void) { rondo_a_new(1); }\n", "_new()"),
    ("core/net/p_rt.c", HEAD + "void f(void) { fftwf_plan_dft(); }\n",
     "fftwf_plan_dft()"),
    ("core/net/p_rt.c", HEAD + "#include <stdio.h>\n", "<stdio.h> in an audio"),
    ("core/net/p.c", HEAD + "void\nrondo_a_step(int x)\n{\n}\n",
     "is defined in core/net/p.c"),
    ("core/net/p.h", HEAD + HEADER.format("P_H", ""), "RONDO_NET_P_H"),
    ("core/net/p.c", "// SPDX-License-" "Identifier: ISC\n", "no copyright"),
    ("core/net/p.c", "// Copyright 2026 The Rondo developers\n", "no SPDX"),
    ("rondo.sh", "#!/bin/sh\n# Copyright 2026 The Rondo developers\n", "no SPDX"),
    ("core/net/p.c", HEAD + "// TO" "DO\n", "unfinished"),
    ("docs/p.md", "This is not " "implemented.\n", "unfinished"),
    ("docs/p.md", "See /wo" "rk/main.\n", "out of place"),
    ("docs/p.md", "Run it in /tm" "p/build.\n", "out of place"),
    ("docs/p.md", "As issue " "#2 says.\n", "out of place"),
    ("core/meson.build", "# Copyright 2026 The Rondo developers\n# SPDX-"
     "License-Identifier: ISC\nf = '-f" "fast-math'\n", "forbidden"),
    ("docs/p.md", "a\r\n", "carriage return"),
    ("docs/p.md", "a", "no newline"),
    ("docs/p.md", "a\n\n", "empty line"),
    ("docs/p.md", "a \nb\n", "space at the end"),
    ("docs/p.md", "\ta\n", "tab"),
    ("core/net/p.c", HEAD + "int x;\n" * MAX_LINES, "more than 600"),
    ("core/net/p.c", HEAD + "/** Doc. */\n", "stands in headers"),
]


def self_test():
    n_failures = 0
    for path, text, expected in [("README.md", "Sound.\n", None)] + PLANTED:
        with tempfile.TemporaryDirectory() as root:
            for name, content in {**SOUND, path: text}.items():
                full = os.path.join(root, name)
                os.makedirs(os.path.dirname(full), exist_ok=True)
                with open(full, "w", encoding="utf-8", newline="") as file:
                    file.write(content)
            complaints = check(root).complaints
        sound = not complaints if expected is None else (
            len(complaints) == 1 and expected in complaints[0])
        if not sound:
            n_failures += 1
            print(f"{path}: expected {expected!r}, got {complaints}")
    print(f"{len(PLANTED) + 1} trees, {n_failures} not judged right")
    return n_failures == 0


def main(arguments):
    if arguments == ["--self-test"]:
        return 0 if self_test() else 1
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__, file=sys.stderr)
        return 2
    tree = check(arguments[0])
    print("\n".join(tree.complaints + [
        f"{len(tree.files)} files, {len(tree.complaints)} complaints"]))
    return 1 if tree.complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
