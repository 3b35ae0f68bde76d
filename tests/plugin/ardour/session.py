# Copyright 2026 The Rondo developers
# SPDX-License-Identifier: ISC

"""Put regions into the file of a session of Ardour 7, whose scripts have no
call to import one."""

import os
import re
import shutil
import sys


def replace_once(text, old, new):
    if text.count(old) != 1:
        sys.exit(f"{sys.argv[0]}: {text.count(old)} times {old!r}")
    return text.replace(old, new)


def insert(session, kind, file, source, region, **values):
    """Copy a file to the session's folder `kind`, and play it on track T1 by
    the templates of its source and its region."""
    path = os.path.join(session, "test.ardour")
    with open(path, encoding="utf-8") as opened:
        text = opened.read()

    folder = os.path.join(session, "interchange")
    folder = os.path.join(folder, os.listdir(folder)[0], kind)
    os.makedirs(folder, exist_ok=True)
    shutil.copy(file, folder)

    counter = int(re.search(r'id-counter="(\d+)"', text).group(1))
    text = re.sub(r'id-counter="\d+"', f'id-counter="{counter + 10}"', text)
    values = {"name": os.path.basename(file), "source": counter + 1, **values}

    playlist = re.search(r'<Playlist id="\d+" name="T1"[^>]*/>', text).group()
    text = replace_once(text, "<Sources/>", source.format(**values))
    text = replace_once(
        text, playlist, playlist[:-2] + ">" +
        region.format(whole=0, id=counter + 2, **values) + "</Playlist>")
    text = replace_once(
        text, "<Regions/>", "<Regions>" +
        region.format(whole=1, id=counter + 3, **values) + "</Regions>")

    with open(path, "w", encoding="utf-8") as opened:
        opened.write(text)
