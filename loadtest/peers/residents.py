#!/usr/bin/env python3
"""Makes the peers' index of residents from a residents.csv: `residents.py FILE FOLDER`."""

from __future__ import annotations

import sys
from array import array
from pathlib import Path

import numpy

from job import name_checksum


def build(csv: Path, folder: Path) -> int:
    numbers, names = array("Q"), array("I")
    with csv.open("rb") as lines:
        next(lines)
        for line in lines:
            number, name, _ = line.split(b",", 2)
            numbers.append(int(number))
            names.append(name_checksum(name.decode()))
    keys = numpy.frombuffer(numbers, dtype=numpy.uint64)
    order = numpy.argsort(keys)
    folder.mkdir(parents=True, exist_ok=True)
    numpy.save(folder / "numbers.npy", keys[order])
    numpy.save(folder / "names.npy", numpy.frombuffer(names, dtype=numpy.uint32)[order])
    return len(keys)


if __name__ == "__main__":
    print(build(Path(sys.argv[1]), Path(sys.argv[2])))
