"""What Python's own parser finds in files: the judge of what docagent reads from them.

Reads paths from standard input, one a line, and writes one JSON object a line: null for a file that is no Python, else
sorted lists of [kind, dotted name, line] of definitions, of [owner, name, line] of decorators whose name is dotted,
and of [module, name there, name here, line] of imports.
"""

import ast
import json
import sys


def dotted(node):
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        base = dotted(node.value)
        return base and f"{base}.{node.attr}"
    return None


class Reader(ast.NodeVisitor):
    def __init__(self):
        self.names = []
        self.definitions, self.decorators, self.imports = [], [], []

    def define(self, node, kind):
        name = ".".join([*self.names, node.name])
        self.definitions.append([kind, name, node.lineno])
        for decorator in node.decorator_list:
            told = dotted(decorator.func if isinstance(decorator, ast.Call) else decorator)
            if told:
                self.decorators.append([name, told, decorator.lineno])
        self.names.append(node.name)
        self.generic_visit(node)
        self.names.pop()

    def visit_ClassDef(self, node):
        self.define(node, "class")

    def visit_FunctionDef(self, node):
        self.define(node, "function")

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Import(self, node):
        for alias in node.names:
            self.imports.append([alias.name, "", alias.asname or alias.name, node.lineno])

    def visit_ImportFrom(self, node):
        module = "." * node.level + (node.module or "")
        if module != "__future__":
            for alias in node.names:
                here = "" if alias.name == "*" else alias.asname or alias.name
                self.imports.append([module, alias.name, here, node.lineno])


def read(path):
    with open(path, "rb") as file:
        try:
            tree = ast.parse(file.read())
        except (SyntaxError, ValueError):
            return None
    reader = Reader()
    reader.visit(tree)
    return {
        "definitions": sorted(reader.definitions),
        "decorators": sorted(reader.decorators),
        "imports": sorted(reader.imports),
    }


sys.setrecursionlimit(10_000)
for line in sys.stdin:
    print(json.dumps(read(line.rstrip("\n"))))
