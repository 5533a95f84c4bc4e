"""Compiles every kernel for a GPU, which need not be present, and prints their shared memory as lines of JSON."""

import json
import sys

import triton
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

from helpers.networks import CATALOGUE
from rnnbench.training.engines.cuda.equations import EQUATIONS
from rnnbench.training.engines.cuda.recurrence import Loop, fits
from rnnbench.training.engines.cuda.scan import back, forward
from rnnbench.training.engines.cuda.sums import COLUMNS, ROWS, gather, scatter

TYPES = {"lengths": "*i32", "dimensions": "*i32", "starts": "*i32", "order": "*i64"}


def compiled(kernel, constants, *, capability, warps):
    """Return the kernel as machine code."""
    names = kernel.arg_names
    types = {
        name: "constexpr" if name in constants else "i32" if name.isupper() else TYPES.get(name, "*fp32")
        for name in names
    }
    aligned = {(i,): [["tt.divisibility", 16]] for i, name in enumerate(names) if types[name].startswith("*")}
    source = ASTSource(kernel, signature=types, constexprs=constants, attrs=aligned)
    return triton.compile(source, target=GPUTarget("cuda", capability, 32), options={"num_warps": warps})


def loops(hidden, shared_memory):
    """Yield the loop of each cell whose weights at this width fit into that many bytes of shared memory.

    There are two of a cell that can be fed answers.
    """
    for name in CATALOGUE:
        cell = CATALOGUE[name].cell
        if cell.kind in EQUATIONS:
            loop = Loop(cell, hidden, 20, "softmax" if "y" in cell.feedback else "", False, cell.feeds_target)
            if fits(loop, shared_memory):
                yield loop


def main(capability: int, shared_memory: int, *widths: int) -> None:
    for constants, kernel in (({"ROWS": ROWS, "COLUMNS": COLUMNS}, gather), ({"COLUMNS": COLUMNS}, scatter)):
        compiled(kernel, constants, capability=capability, warps=4)
    for hidden in widths:
        for loop in {(loop.cell.kind, loop.fed): loop for loop in loops(hidden, shared_memory)}.values():
            for kernel, equations in ((forward, "forward"), (back, "back")):
                constants = {**loop.constants, "CELL": getattr(EQUATIONS[loop.cell.kind], equations)}
                code = compiled(kernel, constants, capability=capability, warps=loop.warps)
                row = {"kind": loop.cell.kind, "hidden": hidden, "kernel": equations, "shared": code.metadata.shared}
                print(json.dumps(row))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
