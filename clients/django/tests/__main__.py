"""Runs the unit tests. The last line is `django <version>: N passed, N failed`."""

import pathlib
import sys
import unittest

import django

here = pathlib.Path(__file__).resolve().parent
suite = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here.parent))
result = unittest.TextTestRunner(stream=sys.stdout).run(suite)
failed = len({test.id().partition(" ")[0] for test, _ in result.failures + result.errors})
print(f"django {django.get_version()}: {result.testsRun - failed} passed, {failed} failed")
sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
