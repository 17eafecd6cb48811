"""Which modules import which, as grimp sees it.

Takes the folder that holds the packages, and their names; writes a sorted JSON list of [importer, imported] as paths
relative to the folder. The packages are read, never run.
"""

import json
import sys
from pathlib import Path

import grimp

root, *packages = sys.argv[1:]
sys.path.insert(0, root)
graph = grimp.build_graph(*packages, cache_dir=None)


def path(module):
    base = Path(*module.split("."))
    package = base / "__init__.py"
    return package.as_posix() if (root / package).is_file() else base.with_suffix(".py").as_posix()


edges = [
    [path(module), path(imported)]
    for module in graph.modules
    for imported in graph.find_modules_directly_imported_by(module)
]
print(json.dumps(sorted(edges)))
